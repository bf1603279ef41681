/** Counts the reports of an attempt, some of which arrive twice, or out of order when the owner was started again. */
export interface ReportCount {
  /** Whether this is a new one. */
  accept(n: number): boolean;
  /** Another attempt begins: its reports count from 1 again. */
  restart(): void;
  /** Resolves when that one has arrived, or after a while: a server that lost its data has lost reports too. */
  wait(last: number): Promise<void>;
}

const waitMs = 20_000;

export function createReportCount(): ReportCount {
  const received = new Set<number>();
  let last = 0;
  let onReport: () => void = () => undefined;
  return {
    accept(n) {
      if (received.has(n)) return false;
      received.add(n);
      last = Math.max(last, n);
      onReport();
      return true;
    },
    restart() {
      received.clear();
      last = 0;
    },
    async wait(n) {
      if (last >= n) return;
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, waitMs);
        onReport = () => {
          if (last < n) return;
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
