import { type Collection, canonicalText, type Document, type MapEntry, type Scalar, type Value } from './document.ts';
import { flowLength } from './yaml-flow.ts';
import { splitYamlLines, type YamlLine } from './yaml-lines.ts';

/**
 * Parses the part of YAML that people and tools usually write: block maps and lists, scalars on one line, block
 * scalars, small collections on one line. Anything else (anchors, tags, several documents, multi-line scalars)
 * returns null, because only what is certainly understood is merged.
 *
 * A full YAML parser needs 200 ms for a lock file of 200 kB; this one reads its lines once.
 */
export function readYaml(text: string): Document | null {
  const lines = splitYamlLines(text);
  if (lines === null) return null;
  try {
    return new Reader(text, lines).document();
  } catch (error) {
    if (error instanceof NotUnderstood) return null;
    throw error;
  }
}

class NotUnderstood extends Error {}

const depthMax = 100;
const plainKey = /^((?:[^\s\-?:,[\]{}#&*!|>'"%@`]|[-?:](?=\S))(?:[^#]*?[^\s#])??)\s*:(?=\s|$)/;
const quotedKey = /^("(?:[^"\\]|\\["\\/bfnrt])*"|'(?:[^']|'')*')\s*:(?=\s|$)/;
const plainStart = /^(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|[-?:](?=\S))/;
const quotedValue = /^(?:"(?:[^"\\]|\\["\\/bfnrt])*"|'(?:[^']|'')*')/;

class Reader {
  private readonly text: string;
  private readonly lines: YamlLine[];
  private readonly comments: string[] = [];
  private at = 0;
  /** End of the last line with content. */
  private end = 0;

  constructor(text: string, lines: YamlLine[]) {
    this.text = text;
    this.lines = lines;
  }

  document(): Document {
    this.skipHeader();
    const root = this.block(-1, this.end, 0);
    if (this.next() !== null) throw new NotUnderstood();
    const { text, comments } = this;
    return { text, root, comments, style: JSON.stringify([text.includes('\r\n'), stepOf(root, text)]) };
  }

  /** Skips to the last blank line, or `---`, above the first entry: comments there concern the whole file. */
  private skipHeader(): void {
    let header = 0;
    let index = 0;
    let marked = false;
    for (; index < this.lines.length; index++) {
      const { kind, indent, content } = this.lines[index] as YamlLine;
      const marker: boolean = kind === 'content' && indent === 0 && content === '---' && !marked;
      if (kind === 'content' && !marker) break;
      marked ||= marker;
      if (kind === 'blank' || marker) header = index + 1;
    }
    this.end = this.lines[header - 1]?.to ?? 0;
    for (const { kind, content } of this.lines.slice(0, header)) if (kind === 'comment') this.comments.push(content);
    this.at = header;
  }

  /** Returns the next line with content, or null at the end. Records comments on the way. */
  private next(): YamlLine | null {
    for (; this.at < this.lines.length; this.at++) {
      const line = this.lines[this.at] as YamlLine;
      if (line.kind === 'content') return line;
      if (line.kind === 'comment') this.comments.push(line.content);
    }
    return null;
  }

  private block(parent: number, from: number, depth: number): Collection {
    const line = this.next();
    if (line === null || line.indent < parent || depth > depthMax) throw new NotUnderstood();
    return this.collection(isItem(line) ? 'list' : 'map', line.indent, from, depth);
  }

  private collection(kind: Collection['kind'], indent: number, from: number, depth: number): Collection {
    const entries: MapEntry[] = [];
    let to = from;
    for (let line = this.next(); line !== null && line.indent >= indent; line = this.next()) {
      if (line.indent > indent || isItem(line) !== (kind === 'list')) {
        // A list may have the indentation of its key, and ends at the next key.
        if (kind === 'list' && line.indent === indent) break;
        throw new NotUnderstood();
      }
      const start = to;
      const { key, value } = kind === 'list' ? this.item(line, depth) : this.keyed(line, depth);
      to = this.end;
      entries.push({ key, from: start, to, value });
    }
    return { kind, from, to, entries };
  }

  private item(line: YamlLine, depth: number): Pick<MapEntry, 'key' | 'value'> {
    const rest = line.content.slice(1);
    const lead = rest.length - rest.trimStart().length;
    const { indent } = line;
    line.content = rest.slice(lead);
    line.from += 1 + lead;
    line.indent += 1 + lead;
    const nested = line.content !== '' && (isItem(line) || plainKey.test(line.content) || quotedKey.test(line.content));
    const value = nested ? this.block(indent + 1, line.from, depth + 1) : this.value(line, indent, false, depth);
    return { key: canonicalText(value), value };
  }

  private keyed(line: YamlLine, depth: number): Pick<MapEntry, 'key' | 'value'> {
    const found = plainKey.exec(line.content) ?? quotedKey.exec(line.content);
    if (found === null || found[1] === undefined || found[1] === '<<') throw new NotUnderstood();
    const rest = line.content.slice(found[0].length);
    const lead = rest.length - rest.trimStart().length;
    line.content = rest.slice(lead);
    line.from += found[0].length + lead;
    return { key: keyText(found[1]), value: this.value(line, line.indent, true, depth) };
  }

  /** Returns the value after `key:` or `-`: on its line, or below it. */
  private value(line: YamlLine, indent: number, ofKey: boolean, depth: number): Value {
    const { content, from } = line;
    this.at++;
    this.end = line.to;
    if (content === '' || content.startsWith('#')) {
      if (content !== '') this.comments.push(content);
      const below = this.next();
      const belongs = below !== null && (below.indent > indent || (ofKey && below.indent === indent && isItem(below)));
      return belongs ? this.block(indent, line.to, depth + 1) : { kind: 'scalar', from, to: from, canon: '' };
    }
    if (/^[|>]/.test(content)) return this.blockScalar(line, indent);
    const length = inlineLength(content);
    if (length === null) throw new NotUnderstood();
    const comment = content.slice(length).trim();
    if (comment !== '') this.comments.push(comment);
    return scalar(from, content.slice(0, length));
  }

  private blockScalar({ content, from }: YamlLine, indent: number): Scalar {
    if (!/^[|>]-?$/.test(content)) throw new NotUnderstood();
    const start = this.at;
    let to = from + content.length;
    let last = start;
    for (let line = this.lines[start]; line !== undefined; line = this.lines[++this.at]) {
      if (line.kind === 'blank') continue;
      if (line.indent <= indent) break;
      last = this.at + 1;
      to = line.from + line.content.length;
      this.end = line.to;
    }
    this.at = last;
    const inside = this.lines.slice(start, last);
    const left = Math.min(...inside.filter(({ kind }) => kind !== 'blank').map(line => line.indent));
    // If the first line is blank, or more indented than another, the block would need an explicit indentation, and
    // has none.
    const [first] = inside;
    if (first !== undefined && (first.kind === 'blank' || first.indent !== left)) throw new NotUnderstood();
    const unindented = inside.map(line =>
      line.kind === 'blank' ? '' : ' '.repeat(line.indent - left) + this.rest(line),
    );
    return { kind: 'scalar', from, to, canon: [content, ...unindented].join('\n') };
  }

  /** Returns the rest of a line: in a block scalar trailing white space is content. */
  private rest({ from, to }: YamlLine): string {
    return this.text.slice(from, to).replace(/\r?\n$/, '');
  }
}

/** Returns the length of a line's value, without a comment; null when it is uncertain. */
function inlineLength(content: string): number | null {
  const comment = /\s#/.exec(content)?.index ?? content.length;
  const quotes = quotedValue.exec(content);
  const length = quotes?.[0].length ?? (/^[[{]/.test(content) ? flowLength(content) : null);
  if (length !== null) return /^\s*$|^\s+#/.test(content.slice(length)) ? length : null;
  const value = content.slice(0, comment).trimEnd();
  return plainStart.test(content) && !/:(?:\s|$)/.test(value) ? value.length : null;
}

function isItem({ content }: YamlLine): boolean {
  return content === '-' || content.startsWith('- ');
}

function scalar(from: number, text: string): Scalar {
  return { kind: 'scalar', from, to: from + text.length, canon: text };
}

function keyText(key: string): string {
  if (key.startsWith('"')) return String(JSON.parse(key));
  return key.startsWith("'") ? key.slice(1, -1).replaceAll("''", "'") : key;
}

/** The indentation of the first nested entries, which identifies the style. */
function stepOf(root: Collection, text: string): number {
  const nested = root.entries.find(({ value }) => value.kind !== 'scalar')?.value;
  if (nested === undefined) return 0;
  const inside = text.slice(nested.from).replace(/^(?:\s*\n|\s*#.*\n)*/, '');
  return inside.length - inside.trimStart().length;
}
