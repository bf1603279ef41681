/** An answer that is asked for once, and again when something happened to what it is about. */
export interface CachedQuery<T> {
  value: T | null;
  problem: string | null;
  /** Asks, unless the answer for this key is there or on its way. */
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
          // When there is a connection again it is asked again.
          if (state.problem.includes('connection')) current = null;
          then();
        },
      );
    },
  };
  return state;
}
