/** The due times of one schedule. */
import type { Cron } from '../../libraries/croner.ts';

/** What becomes of due times that passed while no process could keep them. */
export type MissedRuns = 'skip' | 'last' | 'all';

/** Of more missed runs than these only the latest are made up for. */
const missedMax = 1_000;

export interface DueTimes {
  /** The first after a time, in milliseconds since the epoch; undefined when there is none. */
  next(afterMs: number): number | undefined;
  /** Those to run of the ones from `fromMs` to `untilMs`, oldest first. */
  between(fromMs: number, untilMs: number, policy: MissedRuns): number[];
}

/** @throws {TypeError} for an expression or a time zone that is none */
export async function parseCron(expression: string, timeZone: string): Promise<DueTimes> {
  // Loaded for those who have schedules.
  const { Cron: Parser } = await import('../../libraries/croner.ts');
  let cron: Cron;
  try {
    cron = new Parser(expression, { timezone: timeZone, paused: true });
    cron.nextRun(new Date(0));
  } catch (error) {
    throw new TypeError(`"${expression}" in ${timeZone} is no schedule: ${(error as Error).message}`, { cause: error });
  }
  const next = (afterMs: number) => cron.nextRun(new Date(afterMs))?.getTime();
  return {
    next,
    between(fromMs, untilMs, policy) {
      if (policy === 'skip') return [];
      // Croner looks before the reference, in whole seconds.
      const reference = new Date(untilMs + 1_000);
      const found = cron.previousRuns(policy === 'last' ? 2 : missedMax + 1, reference).map(time => time.getTime());
      const due = found.filter(time => time >= fromMs && time <= untilMs).sort((a, b) => a - b);
      return policy === 'last' ? due.slice(-1) : due.slice(-missedMax);
    },
  };
}
