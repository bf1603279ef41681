/**
 * Delayed events that survive a restart. XState forgets them in its snapshots; this scheduler takes the place of its own
 * and stores each with an absolute deadline, in the batch of the turn that asked for it. Cancelling all of an actor's
 * timers costs what it has, where XState's scans every timer of the system.
 *
 * A delayed event whose id begins with `timer/` is about time at work, not about a moment: cancelled, it stands still and
 * keeps what is left; sent again, it goes on from there, and while it runs that changes nothing. It stands still while
 * nobody runs the system, too. Time is known up to the last commit, which is as far as the work counts. It is gone once it
 * arrived, or with its actor. (While its actor sleeps it runs by the clock, as other timers do.)
 */
import type { AnyActorRef, AnyEventObject } from 'xstate';
import type { Clock } from '../ports/clock.ts';
import type { Operation } from '../ports/store.ts';
import type { ActorEntry, ActorRegistry } from './actor-registry.ts';
import { key } from './keys.ts';
import type { Scheduler } from './xstate-internals.ts';

export interface TimerRow {
  due: number;
  event: AnyEventObject;
  /** Uid of the receiver, when it is another actor. */
  target?: string;
  /** Of a stopwatch that stands still: how many milliseconds are left of it. */
  remainingMs?: number;
}

const pausablePrefix = 'timer/';

/** A timer row with its place. */
export interface StoredTimer {
  uid: string;
  id: string;
  row: TimerRow;
}

export interface Timer {
  row: TimerRow;
  cancel: () => void;
}

interface TimersOptions {
  clock: Clock;
  actors: Pick<ActorRegistry, 'entryOf' | 'byUid' | 'nextId'>;
  write: (operation: Operation) => void;
  /** Goes with the next commit, and asks for none: opening a system again and again must lead on. */
  writeWithNextCommit: (operation: Operation) => void;
}

export class Timers implements Scheduler {
  readonly #options: TimersOptions;
  count = 0;
  /** Stopwatches that run. */
  #running = 0;

  constructor(options: TimersOptions) {
    this.#options = options;
  }

  schedule(source: AnyActorRef, target: AnyActorRef, event: AnyEventObject, delay: number, id?: string): void {
    const from = this.#options.actors.entryOf(source);
    if (from === undefined) return;
    const name = id ?? this.#options.actors.nextId();
    const to = target === source ? undefined : this.#options.actors.entryOf(target)?.uid;
    const before = name.startsWith(pausablePrefix) ? from.timers?.get(name)?.row : undefined;
    if (before !== undefined && before.remainingMs === undefined) return;
    const due = this.#options.clock.now() + (before?.remainingMs ?? delay);
    this.#store(from, name, { due, event, ...(to === undefined ? {} : { target: to }) });
  }

  cancel(source: AnyActorRef, id: string): void {
    const from = this.#options.actors.entryOf(source);
    if (from === undefined) return;
    if (id.startsWith(pausablePrefix)) this.#pause(from, id);
    else if (this.#disarm(from, id)) this.#erase(from, id);
  }

  cancelAll(actor: AnyActorRef): void {
    const from = this.#options.actors.entryOf(actor);
    if (from !== undefined) this.eraseAll(from);
  }

  /** Takes all timers of an actor out of memory and store. */
  eraseAll(from: ActorEntry): void {
    for (const id of from.timers?.keys() ?? []) {
      this.#disarm(from, id);
      this.#erase(from, id);
    }
  }

  /** Takes them out of memory only. */
  disarmAll(from: ActorEntry): void {
    for (const id of from.timers?.keys() ?? []) this.#disarm(from, id);
  }

  /** The time, while it is any stopwatch's: the last commit then tells how long they ran. */
  timeIfRunning(): number | null {
    return this.#running > 0 ? this.#options.clock.now() : null;
  }

  /** Starts waiting for a timer whose row is stored; a stopwatch that stands still goes on doing so. */
  arm(from: ActorEntry, id: string, row: TimerRow): void {
    from.timers ??= new Map();
    const runs = row.remainingMs === undefined;
    const cancel = runs ? this.#options.clock.at(row.due, () => this.#fire(from, id, row)) : () => {};
    from.timers.set(id, { row, cancel });
    this.count++;
    if (isRunning(id, row)) this.#running++;
  }

  /** Arms a timer of an earlier life, which ended so long ago as `goneMs` says: for a stopwatch that is no time. */
  rearm(from: ActorEntry, id: string, row: TimerRow, downtimeMs: number): void {
    const isShifted = isRunning(id, row) && downtimeMs > 0;
    const current = isShifted ? { ...row, due: row.due + downtimeMs } : row;
    this.arm(from, id, current);
    if (isShifted) this.#options.writeWithNextCommit({ type: 'put', key: key.timer(from.uid, id), value: current });
  }

  /** Writes the stopwatches of an actor that run as they are: a commit tells until when they ran. */
  writeRunning(from: ActorEntry): void {
    for (const [id, { row }] of from.timers ?? []) {
      if (isRunning(id, row)) this.#options.write({ type: 'put', key: key.timer(from.uid, id), value: row });
    }
  }

  #store(from: ActorEntry, id: string, row: TimerRow): void {
    this.#disarm(from, id);
    this.arm(from, id, row);
    this.#options.write({ type: 'put', key: key.timer(from.uid, id), value: row });
  }

  #pause(from: ActorEntry, id: string): void {
    const row = from.timers?.get(id)?.row;
    if (row === undefined || row.remainingMs !== undefined) return;
    this.#store(from, id, { ...row, remainingMs: Math.max(0, row.due - this.#options.clock.now()) });
  }

  #fire(from: ActorEntry, id: string, row: TimerRow): void {
    this.#disarm(from, id);
    this.#erase(from, id);
    const target = row.target === undefined ? from : this.#options.actors.byUid(row.target);
    target?.ref.send(row.event);
  }

  #disarm(from: ActorEntry, id: string): boolean {
    const timer = from.timers?.get(id);
    if (timer === undefined) return false;
    timer.cancel();
    this.count--;
    if (isRunning(id, timer.row)) this.#running--;
    from.timers?.delete(id);
    if (from.timers?.size === 0) from.timers = undefined;
    return true;
  }

  #erase(from: ActorEntry, id: string): void {
    this.#options.write({ type: 'del', key: key.timer(from.uid, id) });
  }
}

function isRunning(id: string, { remainingMs }: TimerRow): boolean {
  return id.startsWith(pausablePrefix) && remainingMs === undefined;
}
