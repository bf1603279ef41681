/** A query result that is requested once, and again after changes. */
export interface CachedQuery<T> {
  value: T | null;
  problem: string | null;
  /** Requests the result, unless one for this key exists or is pending. */
  load(key: string, ask: () => Promise<unknown>, then: () => void): void;
}

export function createCachedQuery<T>(): CachedQuery<T> {
  let current: string | null = null;
  const state: CachedQuery<T> = {
    value: null,
    problem: null,
    load(key, ask, then) {
      if (key === current) return;
      const isOther = current === null || key.split(' ')[0] !== current.split(' ')[0];
      current = key;
      if (isOther) state.value = null;
      ask().then(
        value => {
          if (current !== key) return;
          state.value = value as T;
          state.problem = null;
          then();
        },
        thrown => {
          if (current !== key) return;
          state.problem = thrown instanceof Error ? thrown.message : String(thrown);
          // Requested again after a reconnect.
          if (state.problem.includes('connection')) current = null;
          then();
        },
      );
    },
  };
  return state;
}
