/** Wakes all waiters, each once per call. */
export interface Signal {
  notify(): void;
  /** Resolves at the next call, or when the signal aborts. */
  wait(signal?: AbortSignal): Promise<void>;
}

export function createSignal(): Signal {
  const waiting = new Set<() => void>();
  return {
    notify() {
      for (const wake of [...waiting]) wake();
    },
    wait(signal) {
      return new Promise(resolve => {
        const wake = () => {
          waiting.delete(wake);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        waiting.add(wake);
        signal?.addEventListener('abort', wake);
        if (signal?.aborted) wake();
      });
    },
  };
}
