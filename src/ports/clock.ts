/** The source of time. Code never reads the system time directly. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `callback` once at or after `atMs`; the returned function cancels it. Any distance into the future works. */
  at(atMs: number, callback: () => void): () => void;
}
