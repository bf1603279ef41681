/**
 * Delayed events that survive a restart. XState forgets them in its snapshots; this scheduler takes the place of its own
 * and stores each with an absolute deadline, in the batch of the turn that asked for it. Cancelling all of an actor's
 * timers costs what it has, where XState's scans every timer of the system.
 */
import type { AnyActorRef, AnyEventObject } from 'xstate';
import type { Clock } from '../ports/clock.ts';
import type { Operation } from '../ports/store.ts';
import type { Actors, Entry } from './actors.ts';
import { key } from './keys.ts';
import type { Scheduler } from './xstate.ts';

export interface TimerRow {
  due: number;
  event: AnyEventObject;
  /** Uid of the receiver, when it is another actor. */
  to?: string;
}

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
  actors: Pick<Actors, 'entryOf' | 'byUid' | 'nextId'>;
  write: (operation: Operation) => void;
}

export class Timers implements Scheduler {
  readonly #options: TimersOptions;
  count = 0;

  constructor(options: TimersOptions) {
    this.#options = options;
  }

  schedule(source: AnyActorRef, target: AnyActorRef, event: AnyEventObject, delay: number, id?: string): void {
    const from = this.#options.actors.entryOf(source);
    if (from === undefined) return;
    const name = id ?? this.#options.actors.nextId();
    const to = target === source ? undefined : this.#options.actors.entryOf(target)?.uid;
    const row: TimerRow = { due: this.#options.clock.now() + delay, event, ...(to === undefined ? {} : { to }) };
    this.#disarm(from, name);
    this.arm(from, name, row);
    this.#options.write({ type: 'put', key: key.timer(from.uid, name), value: row });
  }

  cancel(source: AnyActorRef, id: string): void {
    const from = this.#options.actors.entryOf(source);
    if (from !== undefined && this.#disarm(from, id)) this.#erase(from, id);
  }

  cancelAll(actor: AnyActorRef): void {
    const from = this.#options.actors.entryOf(actor);
    if (from !== undefined) this.forget(from);
  }

  /** Takes all timers of an actor out of memory and store. */
  forget(from: Entry): void {
    for (const id of from.timers?.keys() ?? []) {
      this.#disarm(from, id);
      this.#erase(from, id);
    }
  }

  /** Takes them out of memory only. */
  disarmAll(from: Entry): void {
    for (const id of from.timers?.keys() ?? []) this.#disarm(from, id);
  }

  /** Starts waiting for a timer whose row is stored. */
  arm(from: Entry, id: string, row: TimerRow): void {
    from.timers ??= new Map();
    from.timers.set(id, { row, cancel: this.#options.clock.at(row.due, () => this.#fire(from, id, row)) });
    this.count++;
  }

  #fire(from: Entry, id: string, row: TimerRow): void {
    this.#disarm(from, id);
    this.#erase(from, id);
    const target = row.to === undefined ? from : this.#options.actors.byUid(row.to);
    target?.ref.send(row.event);
  }

  #disarm(from: Entry, id: string): boolean {
    const timer = from.timers?.get(id);
    if (timer === undefined) return false;
    timer.cancel();
    this.count--;
    from.timers?.delete(id);
    if (from.timers?.size === 0) from.timers = undefined;
    return true;
  }

  #erase(from: Entry, id: string): void {
    this.#options.write({ type: 'del', key: key.timer(from.uid, id) });
  }
}
