import { decodeValue, encodeValue } from '../../durable/codec.ts';
import { TroupeError } from '../../model/errors.ts';
import type { Store, StoreOpener } from '../../ports/store.ts';

/** A store in memory that keeps its rows between openings, like a file. Values are stored as text. */
export function memoryStore(): StoreOpener {
  const rows = new Map<string, string>();
  let open = false;
  return async () => {
    if (open) throw new TroupeError('STORE_LOCKED', 'The store in memory is open already; close it first.');
    open = true;
    return new MemoryStore(rows, () => {
      open = false;
    });
  };
}

class MemoryStore implements Store {
  readonly #rows: Map<string, string>;
  readonly #release: () => void;
  /** The keys in their order: sorting all of them for every reading after a write took a fifth of a plan's time. */
  readonly #keys: string[];
  #closed = false;
  readonly kind = 'memory';
  bytesWritten = 0;

  constructor(rows: Map<string, string>, release: () => void) {
    this.#rows = rows;
    this.#keys = [...rows.keys()].sort(compareKeys);
    this.#release = release;
  }

  async get(key: string): Promise<unknown> {
    this.#mustBeOpen();
    const text = this.#rows.get(key);
    return text === undefined ? undefined : decodeValue(text);
  }

  async *entries(
    prefix: string,
    options: { after?: string; limit?: number; reverse?: boolean } = {},
  ): AsyncIterable<[key: string, value: unknown]> {
    this.#mustBeOpen();
    const { after, limit = Number.POSITIVE_INFINITY, reverse = false } = options;
    const keys = this.#keysFrom(prefix, after, reverse);
    if (reverse) keys.reverse();
    const found = keys.slice(0, limit).map((key): [string, string] => [key, this.#rows.get(key) ?? 'null']);
    for (const [key, text] of found) yield [key, decodeValue(text)];
  }

  async batch(operations: Parameters<Store['batch']>[0]): Promise<void> {
    this.#mustBeOpen();
    const encoded = operations.map(operation => ({
      key: operation.key,
      text: operation.type === 'put' ? encodeValue(operation.value, operation.key) : undefined,
    }));
    for (const { key, text } of encoded) {
      this.bytesWritten += key.length + (text?.length ?? 0);
      this.#setRow(key, text);
    }
  }

  /** Keys in their order that start with `prefix` and come after `after`, or before it when reading backwards. */
  #keysFrom(prefix: string, after: string | undefined, reverse: boolean): string[] {
    let first = indexOfKey(this.#keys, prefix);
    let end = first;
    while (this.#keys[end]?.startsWith(prefix) === true) end += 1;
    if (after !== undefined && reverse) end = Math.min(end, indexOfKey(this.#keys, after));
    else if (after !== undefined) first = Math.max(first, indexOfKey(this.#keys, `${after}\0`));
    return this.#keys.slice(first, end);
  }

  #setRow(key: string, text: string | undefined): void {
    const known = this.#rows.has(key);
    const at = indexOfKey(this.#keys, key);
    if (text === undefined) {
      this.#rows.delete(key);
      if (known) this.#keys.splice(at, 1);
      return;
    }
    this.#rows.set(key, text);
    if (!known) this.#keys.splice(at, 0, key);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#release();
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new TroupeError('SYSTEM_CLOSED', 'The store was closed.');
  }
}

/** Index of the first key that is not before `key`. */
function indexOfKey(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The order of LevelDB: that of the bytes in UTF-8, which differs from JavaScript's beyond the basic plane. */
function compareKeys(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (left !== right) return rank(left) - rank(right);
  }
  return one.length - other.length;
}

/** Halves of characters beyond the basic plane come after all others. */
const rank = (unit: number) => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);
