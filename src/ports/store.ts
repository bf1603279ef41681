import type { TroupeError } from '../model/errors.ts';

/**
 * An ordered map from string keys to values, with atomic batches. The only durable storage. Values come back as they
 * were: a store writes them with `encodeValue` and reads them with `decodeValue`.
 */
export interface Store {
  get(key: string): Promise<unknown>;
  /** Returns rows whose key starts with `prefix`, in key order; `after` skips keys up to and including it. */
  entries(
    prefix: string,
    options?: { after?: string; limit?: number; reverse?: boolean },
  ): AsyncIterable<[key: string, value: unknown]>;
  /**
   * Writes all operations or none. Resolves when the batch survives a kill of the process (or, with `power`
   * durability, a power cut).
   *
   * @throws {TroupeError} NOT_STORABLE for a value without a stored form; `where` is its key
   */
  batch(operations: readonly Operation[]): Promise<void>;
  close(): Promise<void>;
  /**
   * Calls the listener once, when another process has taken the store over: from then on every operation rejects with
   * the error.
   * @default the store cannot be taken over
   */
  onLost?(listener: (error: TroupeError) => void): void;
  /** What the store is, such as `level`, and who owns it. */
  readonly kind?: string;
  readonly owner?: StoreOwner;
  /** Bytes of keys and values written so far, where the store counts them. */
  readonly bytesWritten?: number;
}

/** The owner of a store. */
export interface StoreOwner {
  /** Names the process, such as `4711` or `4711 on host`. */
  process: string;
  /** Counts the owners that the store had, where it does. */
  epoch?: string;
}

/** One write of a batch. */
export type Operation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

/** `process` survives kill -9; `power` also survives a power cut and costs an fsync per batch. */
export type Durability = 'process' | 'power';

/** Opens a store. openTroupe and openDurable call it, and close the store themselves. */
export type StoreOpener = () => Promise<Store>;
