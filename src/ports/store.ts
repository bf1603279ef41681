/** An ordered map from string keys to JSON values, with atomic batches. The only durable thing in the house. */
export interface Store {
  get(key: string): Promise<unknown>;
  /** Rows whose key starts with `prefix`, in key order; `after` skips keys up to and including it. */
  entries(
    prefix: string,
    options?: { after?: string; limit?: number; reverse?: boolean },
  ): AsyncIterable<[key: string, value: unknown]>;
  /** All or nothing. Resolves when the batch survives a kill of the process (or, with `power` durability, a power cut). */
  batch(operations: readonly Operation[]): Promise<void>;
  close(): Promise<void>;
  /** Bytes of keys and values written so far, when the store counts them. */
  readonly bytesWritten?: number;
}

export type Operation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

/** `process` survives kill -9; `power` also survives a power cut and costs an fsync per batch. */
export type Durability = 'process' | 'power';

/** A store that is yet to be opened: openTroupe and openDurable open and close it themselves. */
export type StoreOpener = () => Promise<Store>;
