/**
 * Starts instances, or sends them events, at due times. The row of a schedule has its next due time. A run starts an instance
 * whose id is the due time, in the batch that moves the row on; or sends a command whose key is the due time. So each due time
 * runs once, whatever crashes in between.
 */
import type { AnyEventObject } from 'xstate';
import { messageOf } from '../../model/caught-error.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { Operation } from '../../ports/store.ts';
import { key } from '../keys.ts';
import type { InstanceName } from './instance-row.ts';
import type { ScheduleHealth, ScheduleOptions } from './instances-api.ts';
import { assertOpen, type InstancesContext } from './instances-context.ts';
import { type DueTimes, type MissedRuns, parseCron } from './schedule.ts';

interface ScheduleRow {
  cron: string;
  timeZone: string;
  /** The next due time, in milliseconds since the epoch; absent when there is none. */
  next?: number;
}

interface Schedule extends ScheduleRow {
  name: string;
  times: DueTimes;
  missed: MissedRuns;
  run: (at: number, advance: Operation) => Promise<void>;
  onError: (error: unknown, at: Date) => void;
  error?: string;
  cancel?: () => void;
}

interface SchedulesOptions {
  context: InstancesContext;
  start: (name: InstanceName, input: unknown, together: readonly Operation[]) => Promise<void>;
  send: (name: InstanceName, event: AnyEventObject, key: string) => Promise<unknown>;
}

export class Schedules {
  readonly #options: SchedulesOptions;
  readonly #byName = new Map<string, Schedule>();
  #running: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(options: SchedulesOptions) {
    this.#options = options;
  }

  /** Continues a schedule, or begins it; runs what it missed. @throws {TypeError} */
  async add(name: string, cron: string, options: ScheduleOptions): Promise<void> {
    const { shared, options: all } = this.#options.context;
    const { timeZone = 'UTC', missed = 'last', onError = () => {} } = options;
    const times = await parseCron(cron, timeZone);
    assertOpen(this.#options.context);
    if (this.#byName.has(name)) throw new TypeError(`The schedule "${name}" is declared twice.`);
    const schedule: Schedule = { name, cron, timeZone, times, missed, onError, run: this.#runner(name, options) };
    this.#byName.set(name, schedule);
    const row = (await shared.store.get(key.schedule(name))) as ScheduleRow | undefined;
    const now = all.clock.now();
    const isSame = row !== undefined && row.cron === cron && row.timeZone === timeZone;
    setNext(schedule, isSame ? row.next : times.next(now));
    if (!isSame) await shared.write([rowOperation(schedule)]);
    await this.#runDue(schedule, 'missed');
  }

  /** Ends a schedule and forgets when it ran. */
  async remove(name: string): Promise<void> {
    assertOpen(this.#options.context);
    this.#byName.get(name)?.cancel?.();
    this.#byName.delete(name);
    await this.#options.context.shared.write([{ type: 'del', key: key.schedule(name) }]);
  }

  health(): ScheduleHealth[] {
    return [...this.#byName.values()].map(({ name, next, error }) => ({
      name,
      ...omitUndefined({ nextAt: next, error }),
    }));
  }

  /** From here on nothing runs; resolves when what runs has ended. */
  async end(): Promise<void> {
    this.#ended = true;
    for (const { cancel } of this.#byName.values()) cancel?.();
    await this.#running;
  }

  #runner(name: string, options: ScheduleOptions): Schedule['run'] {
    const { start, send, context } = this.#options;
    if ('start' in options) {
      const { start: machine, input } = options;
      return (at, advance) =>
        start({ machine, id: `${name}/${new Date(at).toISOString()}` }, input?.(new Date(at)), [advance]);
    }
    const { instance, event } = options;
    return async (at, advance) => {
      await send(instance, event, `${name}/${new Date(at).toISOString()}`);
      await context.shared.write([advance]);
    };
  }

  #watch(schedule: Schedule): void {
    if (this.#ended || schedule.next === undefined || this.#byName.get(schedule.name) !== schedule) return;
    const { clock } = this.#options.context.options;
    schedule.cancel = clock.at(schedule.next, () => {
      this.#running = this.#running.then(() => this.#runDue(schedule, 'now')).catch(() => {});
    });
  }

  /** Runs what is due. What fell due while the process could not run, or before it opened the store, was missed. */
  async #runDue(schedule: Schedule, last: 'now' | 'missed'): Promise<void> {
    const now = this.#options.context.options.clock.now();
    const { next, times, missed } = schedule;
    if (next !== undefined && next <= now) {
      // The one that a timer woke us for runs in any case.
      const policy = missed === 'skip' && last === 'now' ? 'last' : missed;
      for (const at of times.between(next, now, policy)) await this.#runOne(schedule, at);
      const after = times.next(now);
      if (schedule.next !== after) {
        setNext(schedule, after);
        await this.#options.context.shared.write([rowOperation(schedule)]);
      }
    }
    this.#watch(schedule);
  }

  /** An error of a run is reported, and the schedule continues. */
  async #runOne(schedule: Schedule, at: number): Promise<void> {
    if (this.#ended) throw new Error('The system was closed.');
    setNext(schedule, schedule.times.next(at));
    try {
      await schedule.run(at, rowOperation(schedule));
      delete schedule.error;
    } catch (error) {
      assertOpen(this.#options.context);
      schedule.error = messageOf(error);
      await this.#options.context.shared.write([rowOperation(schedule)]);
      schedule.onError(error, new Date(at));
    }
  }
}

function setNext(schedule: Schedule, next: number | undefined): void {
  if (next === undefined) delete schedule.next;
  else schedule.next = next;
}

function rowOperation({ name, cron, timeZone, next }: Schedule): Operation {
  const value: ScheduleRow = { cron, timeZone, ...omitUndefined({ next }) };
  return { type: 'put', key: key.schedule(name), value };
}
