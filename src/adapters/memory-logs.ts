import type { Logs } from '../ports/logs.ts';
import { bell } from './bell.ts';

/** Lines kept per plan; older ones are dropped. */
const linesMax = 2000;

/** Logs in memory, bounded, for programs that name no folder. */
export function memoryLogs(): Logs {
  const logs = new Map<string, { lines: string[]; dropped: number }>();
  const news = bell();
  let closed = false;
  return {
    append(planId, line) {
      const log = logs.get(planId) ?? { lines: [], dropped: 0 };
      logs.set(planId, log);
      log.lines.push(line);
      if (log.lines.length > linesMax) {
        log.lines.shift();
        log.dropped += 1;
      }
      news.ring();
    },
    async *read(planId, { follow = false, signal } = {}) {
      let position = 0;
      while (true) {
        const log = logs.get(planId) ?? { lines: [], dropped: 0 };
        position = Math.max(position, log.dropped);
        const line = log.lines[position - log.dropped];
        if (line !== undefined) {
          position += 1;
          yield line;
        } else if (follow && !closed && !signal?.aborted) await news.next(signal);
        else return;
      }
    },
    sizes: async () =>
      Object.fromEntries([...logs].map(([planId, { lines }]) => [planId, lines.join('\n').length + 1])),
    async remove(planId) {
      logs.delete(planId);
    },
    close() {
      closed = true;
      news.ring();
      return Promise.resolve();
    },
  };
}
