/** Time is asked for, never taken. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once at or after `atMs`; the returned function takes it back. Any distance into the future works. */
  at(atMs: number, callback: () => void): () => void;
}
