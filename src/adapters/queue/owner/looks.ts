/** Looks at workers and jobs again and again while there is something to wait for. */
export interface Looks {
  start(): void;
  close(): Promise<void>;
}

export function createLooks(look: (count: number) => Promise<void>, isNeeded: () => boolean, everyMs: number): Looks {
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> = Promise.resolve();
  let count = 0;
  let isClosed = false;
  const start = () => {
    if (timer !== null || isClosed) return;
    timer = setTimeout(() => {
      looking = look(count++)
        .catch(() => undefined)
        .finally(() => {
          timer = null;
          if (isNeeded()) start();
        });
    }, everyMs);
  };
  return {
    start,
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await looking;
    },
  };
}
