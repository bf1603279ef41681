/**
 * Finds the ids that several indexes have in common. Each index lists ids in one order under a prefix; the search goes
 * from the greatest of their next ids to the next, so it skips what the smallest index does not have.
 */
import type { Store } from '../../ports/store.ts';

const rowsAtOnce = 100;

/** Sorts before every character of an id. */
const afterId = '\u0002';

/** Reads one index forward, some rows at a time. */
class IndexReader {
  readonly #store: Store;
  readonly #prefix: string;
  #ids: string[] = [];
  #after: string;
  #isAtEnd = false;

  constructor(store: Store, prefix: string, after: string) {
    this.#store = store;
    this.#prefix = prefix;
    this.#after = after;
  }

  /** Returns the first id from `id` on; undefined when there is none. Never goes back. */
  async seek(id: string): Promise<string | undefined> {
    for (;;) {
      const found = this.#ids.findIndex(each => each >= id);
      if (found >= 0) {
        this.#ids.splice(0, found);
        return this.#ids[0];
      }
      if (this.#isAtEnd) return undefined;
      const skipped = beforeId(id);
      await this.#read(skipped > this.#after ? skipped : this.#after);
    }
  }

  async #read(after: string): Promise<void> {
    this.#ids = [];
    const options = { after: this.#prefix + after, limit: rowsAtOnce };
    for await (const [at] of this.#store.entries(this.#prefix, options)) this.#ids.push(at.slice(this.#prefix.length));
    this.#isAtEnd = this.#ids.length < rowsAtOnce;
    this.#after = this.#ids.at(-1) ?? after;
  }
}

/** A text that sorts before `id` and after every id that sorts before it. */
const beforeId = (id: string): string =>
  id === '' ? '' : `${id.slice(0, -1)}${String.fromCharCode(id.charCodeAt(id.length - 1) - 1)}\u007f`;

/** Returns the ids that have a row under each prefix, in their order, after `after`. */
export async function* joinIndexes(store: Store, prefixes: readonly string[], after: string): AsyncIterable<string> {
  const readers = prefixes.map(prefix => new IndexReader(store, prefix, after));
  for (let candidate = ''; ; ) {
    const heads: string[] = [];
    for (const reader of readers) {
      const head = await reader.seek(candidate);
      if (head === undefined) return;
      heads.push(head);
      if (head > candidate) candidate = head;
    }
    if (heads.some(head => head !== candidate)) continue;
    yield candidate;
    candidate += afterId;
  }
}
