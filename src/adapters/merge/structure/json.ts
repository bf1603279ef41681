import {
  type Collection,
  canonicalText,
  type Document,
  type MapEntry,
  placesOf,
  type Scalar,
  type Value,
} from './document.ts';
import { shared } from './shared-collection.ts';

/** Deeper than any file written by people; the recursive parser must stop there. */
const depthMax = 500;

const mark = 0xfeff;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;
const escaped = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;

const [tab, feed, carriage, space, quote, comma, slash, star] = [9, 10, 13, 32, 34, 44, 47, 42];
const [colon, backslash, openList, closeList, openMap, closeMap] = [58, 92, 91, 93, 123, 125];

/**
 * Parses a JSON document; null when the text is not one. `comments`: as editors allow them, with trailing commas. A
 * byte order mark counts as leading white space.
 *
 * One pass that keeps only what merging needs: a parser that builds values or a syntax tree takes several times as
 * long for a lock file of a few megabytes. A test compares it with two such parsers.
 *
 * @param like a version that was read before: what is equal in both is not read again
 */
export function readJson(
  text: string,
  { comments, like = null }: { comments: boolean; like?: Document | null },
): Document | null {
  try {
    return new Reader(text, comments, like).document();
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

class NotJson extends Error {}

/** Finds the entries of a map by key. Most are asked for in their order: then no lookup is needed. */
class FollowedMap {
  private readonly map: Collection;
  private next = 0;

  constructor(map: Collection) {
    this.map = map;
  }

  entryOf(key: string): MapEntry | undefined {
    const { entries } = this.map;
    if (entries[this.next]?.key !== key) {
      const place = placesOf(this.map).get(key);
      if (place === undefined) return undefined;
      this.next = place;
    }
    return entries[this.next++];
  }
}

class Reader {
  private readonly text: string;
  private readonly lenient: boolean;
  private readonly comments: string[] = [];
  /** null where there may be comments, which each version has for itself. */
  private readonly like: Document | null;
  private at = 0;

  constructor(text: string, lenient: boolean, like: Document | null) {
    this.text = text;
    this.lenient = lenient;
    this.like = lenient ? null : like;
  }

  document(): Document {
    const { text, comments } = this;
    if (text.charCodeAt(0) === mark) this.at = 1;
    this.skip();
    const root = this.value(0, this.like?.root ?? null);
    if (!Number.isNaN(this.skip())) throw new NotJson();
    return { text, root, comments, style: styleOf(text, root) };
  }

  /** Skips white space and comments; returns the next character, NaN at the end. */
  private skip(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code === slash && this.lenient) this.comment();
      else if (code !== space && code !== feed && code !== carriage && code !== tab) return code;
      else this.at++;
    }
  }

  private comment(): void {
    const { text, at } = this;
    const inBlock = text.charCodeAt(at + 1) === star;
    if (!inBlock && text.charCodeAt(at + 1) !== slash) throw new NotJson();
    lineEnd.lastIndex = at;
    const end = inBlock ? text.indexOf('*/', at + 2) : lineEnd.test(text) ? lineEnd.lastIndex - 1 : text.length;
    if (end === -1) throw new NotJson();
    this.at = inBlock ? end + 2 : end;
    this.comments.push(text.slice(at, this.at).trim());
  }

  /** @param like the value of the other version at the same keys */
  private value(depth: number, like: Value | null): Value {
    const code = this.text.charCodeAt(this.at);
    const from = this.at;
    if (code === openMap || code === openList) {
      const inside = like === null || like.kind === 'scalar' ? null : like;
      if (inside !== null && this.continuesWith(inside)) {
        this.at += inside.to - inside.from;
        return shared(inside, from);
      }
      return code === openMap ? this.map(depth + 1, inside) : this.list(depth + 1);
    }
    if (code === quote) return this.string();
    // Numbers are compared as text: the file's readers decide whether 1.0 equals 1, and large ones would lose digits.
    return this.matched(number, from) ?? this.matched(word, from) ?? refused();
  }

  private continuesWith({ from, to }: Collection): boolean {
    return this.text.slice(this.at, this.at + to - from) === this.like?.text.slice(from, to);
  }

  private matched(pattern: RegExp, from: number): Scalar | null {
    pattern.lastIndex = from;
    if (!pattern.test(this.text)) return null;
    this.at = pattern.lastIndex;
    return { kind: 'scalar', from, to: this.at, canon: this.text.slice(from, this.at) };
  }

  /** Returns a normalized form of the string: its own text, unless it contains escapes. */
  private string(): Scalar {
    const from = this.at;
    const isPlain = this.skipString();
    const literal = this.text.slice(from, this.at);
    return { kind: 'scalar', from, to: this.at, canon: isPlain ? literal : JSON.stringify(JSON.parse(literal)) };
  }

  private key(): string {
    const from = this.at;
    if (this.skipString()) return this.text.slice(from + 1, this.at - 1);
    return String(JSON.parse(this.text.slice(from, this.at)));
  }

  /** Returns whether the string is free of escapes. */
  private skipString(): boolean {
    const { text } = this;
    let isPlain = true;
    for (let at = this.at + 1; ; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.at = at + 1;
        return isPlain;
      }
      if (code === backslash) {
        escaped.lastIndex = at;
        if (!escaped.test(text)) throw new NotJson();
        at = escaped.lastIndex - 1;
        isPlain = false;
      } else if (!(code >= space)) throw new NotJson();
    }
  }

  private map(depth: number, like: Collection | null): Value {
    const from = this.at;
    const before = like === null ? null : new FollowedMap(like);
    const entries: MapEntry[] = [];
    for (let next = this.first(closeMap, depth); next !== closeMap; next = this.next(closeMap)) {
      if (next !== quote) throw new NotJson();
      const start = this.at;
      const key = this.key();
      if (this.skip() !== colon) throw new NotJson();
      this.at++;
      this.skip();
      const other = before?.entryOf(key);
      const value = this.value(depth, other?.value ?? null);
      entries.push({ key: other?.key ?? key, from: start, to: value.to, value });
    }
    return { kind: 'map', from, to: ++this.at, entries };
  }

  private list(depth: number): Value {
    const from = this.at;
    const entries: MapEntry[] = [];
    for (let next = this.first(closeList, depth); next !== closeList; next = this.next(closeList)) {
      const value = this.value(depth, null);
      entries.push({ key: canonicalText(value), from: value.from, to: value.to, value });
    }
    return { kind: 'list', from, to: ++this.at, entries };
  }

  /** Returns the first character of the first entry, or the closing bracket. */
  private first(close: number, depth: number): number {
    if (depth > depthMax) throw new NotJson();
    this.at++;
    const code = this.skip();
    return code === close ? close : code;
  }

  /** After an entry: returns the first character of the next one, or the closing bracket. */
  private next(close: number): number {
    const code = this.skip();
    if (code === close) return code;
    if (code !== comma) throw new NotJson();
    this.at++;
    const behind = this.skip();
    if (behind === close && !this.lenient) throw new NotJson();
    return behind;
  }
}

const lineEnd = /[\n\r]/g;

function refused(): never {
  throw new NotJson();
}

function styleOf(text: string, root: Value): string {
  const first = root.kind === 'scalar' ? undefined : root.entries[0];
  const lead = first === undefined ? '' : text.slice(root.from + 1, first.from);
  return JSON.stringify([text.includes('\r\n'), /[^\n]*$/.exec(lead)?.[0], lead.includes('\n')]);
}
