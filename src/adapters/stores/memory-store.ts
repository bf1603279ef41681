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
  #sorted: string[] | undefined;
  #closed = false;
  readonly kind = 'memory';
  bytesWritten = 0;

  constructor(rows: Map<string, string>, release: () => void) {
    this.#rows = rows;
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
    this.#sorted ??= [...this.#rows.keys()].sort(byBytes);
    const { after, limit = Number.POSITIVE_INFINITY, reverse = false } = options;
    const beyond = (key: string) =>
      after === undefined || (reverse ? byBytes(key, after) < 0 : byBytes(key, after) > 0);
    const keys = this.#sorted.filter(key => key.startsWith(prefix) && beyond(key));
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
    this.#sorted = undefined;
    for (const { key, text } of encoded) {
      this.bytesWritten += key.length + (text?.length ?? 0);
      if (text === undefined) this.#rows.delete(key);
      else this.#rows.set(key, text);
    }
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

/** The order of LevelDB, which differs from JavaScript's beyond the basic plane. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
