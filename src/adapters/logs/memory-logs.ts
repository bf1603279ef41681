import type { LogLine } from '../../model/log-line.ts';
import type { Logs } from '../../ports/logs.ts';
import { createSignal } from '../signal.ts';
import { createLogTimestamps } from './log-timestamps.ts';

/** Lines kept per plan; older ones are dropped. */
const linesMax = 2000;

/** Bounded logs in memory, for programs without a log folder. */
export function memoryLogs({ now = () => Date.now() }: { now?: () => number } = {}): Logs {
  const logs = new Map<string, { lines: LogLine[]; dropped: number }>();
  const added = createSignal();
  const stamp = createLogTimestamps(now);
  let last = stamp();
  let closed = false;
  return {
    append(planId, step, text) {
      const log = logs.get(planId) ?? { lines: [], dropped: 0 };
      logs.set(planId, log);
      for (const each of text.split('\n')) {
        last = stamp();
        log.lines.push({ planId, at: last, step, text: each });
        if (log.lines.length <= linesMax) continue;
        log.lines.shift();
        log.dropped += 1;
      }
      added.notify();
    },
    open(planId) {
      let position = 0;
      return {
        async next() {
          const log = logs.get(planId);
          if (log === undefined) return null;
          position = Math.max(position, log.dropped);
          const line = log.lines[position - log.dropped] ?? null;
          if (line !== null) position += 1;
          return line;
        },
      };
    },
    tail: async (planId, most) => logs.get(planId)?.lines.slice(-most) ?? [],
    latestAt: () => last,
    waitForLines: signal => (closed ? Promise.resolve() : added.wait(signal)),
    isClosed: () => closed,
    sizes: async () =>
      Object.fromEntries(
        [...logs].map(([planId, { lines }]) => [planId, lines.reduce((sum, { text }) => sum + text.length + 1, 0)]),
      ),
    async remove(planId) {
      logs.delete(planId);
    },
    close() {
      closed = true;
      added.notify();
      return Promise.resolve();
    },
  };
}
