import { type Node, type ParseError, parseTree, visit } from 'jsonc-parser';
import { canonOf, type Document, type Entry, type Value } from './document.ts';

/** Deeper than any file a person keeps; a parser that calls itself must not be led further. */
const depthMax = 500;

const mark = '\ufeff';

/**
 * A JSON document, or null where the text is not one. `comments`: as editors allow them, with trailing commas. A byte
 * order mark, as some editors put one, is white space in front.
 */
export function readJson(text: string, { comments }: { comments: boolean }): Document | null {
  const said = text.startsWith(mark) ? ` ${text.slice(mark.length)}` : text;
  if (tooDeep(said)) return null;
  const errors: ParseError[] = [];
  const root = parseTree(said, errors, { disallowComments: !comments, allowTrailingComma: comments });
  if (root === undefined || errors.length > 0) return null;
  if (!comments && !isStrict(said)) return null;
  const value = readValue(root, said);
  return { text, root: value, comments: comments ? commentsOf(said) : [], style: styleOf(said, value) };
}

/** jsonc-parser lets pass what the standard does not, control characters in strings among it. */
function isStrict(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readValue(node: Node, text: string): Value {
  const from = node.offset;
  const to = from + node.length;
  const children = node.children ?? [];
  switch (node.type) {
    case 'object':
      return { kind: 'map', from, to, entries: children.map(property => entryOf(property, text)) };
    case 'array':
      return {
        kind: 'list',
        from,
        to,
        entries: children.map(item => {
          const value = readValue(item, text);
          return { key: canonOf(value), from: value.from, to: value.to, value };
        }),
      };
    case 'string':
      return { kind: 'scalar', from, to, canon: JSON.stringify(node.value) };
    default:
      // Numbers by their text: what 1.0 and 1 mean to the file's readers is theirs to say, and big ones lose digits.
      return { kind: 'scalar', from, to, canon: text.slice(from, to) };
  }
}

function entryOf(property: Node, text: string): Entry {
  // A property without key or value is an error of parsing, and such a text is not read.
  const [key, of] = property.children as [Node, Node];
  const value = readValue(of, text);
  return { key: String(key.value), from: key.offset, to: value.to, value };
}

function commentsOf(text: string): string[] {
  const found: string[] = [];
  visit(text, { onComment: (offset, length) => found.push(text.slice(offset, offset + length).trim()) });
  return found;
}

function styleOf(text: string, root: Value): string {
  const first = root.kind === 'scalar' ? undefined : root.entries[0];
  const lead = first === undefined ? '' : text.slice(root.from + 1, first.from);
  return JSON.stringify([text.includes('\r\n'), /[^\n]*$/.exec(lead)?.[0], lead.includes('\n')]);
}

function tooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[{[\]}]/g)) {
    if (bracket === '{' || bracket === '[') depth++;
    else if (bracket === '}' || bracket === ']') depth--;
    if (depth > depthMax) return true;
  }
  return false;
}
