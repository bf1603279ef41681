/**
 * Delayed events that survive a restart. XState's snapshots omit them; this scheduler replaces XState's own and
 * stores each timer with an absolute deadline, in the batch of the tick that scheduled it. Cancelling all timers of
 * an actor costs as much as the actor has timers, while XState scans every timer of the system.
 *
 * A delayed event whose id begins with `timer/` measures working time instead of a moment: cancelling pauses it and
 * keeps the remaining time; sending it again resumes it, and has no effect while it runs. It also pauses while the
 * system is closed. Working time is known up to the last commit, which is also how far the work counts. It is removed
 * when it fires or when its actor stops. (While its actor is passivated it runs by the clock, as other timers do.)
 */
import type { AnyActorRef, AnyEventObject } from 'xstate';
import { omitUndefined } from '../model/optional-keys.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation } from '../ports/store.ts';
import type { ActorEntry, ActorRegistry } from './actor-registry.ts';
import type { StoredTimer, TimerRow } from './actor-row.ts';
import { key } from './keys.ts';
import type { Sleepers } from './sleepers.ts';
import type { Scheduler } from './xstate-internals.ts';

const pausablePrefix = 'timer/';

interface TimersOptions {
  clock: Clock;
  actors: Pick<ActorRegistry, 'entryOf' | 'byUid' | 'nextId'>;
  sleepers: () => Pick<Sleepers, 'uidOf' | 'receive'>;
  write: (operation: Operation) => void;
  /** Written with the next commit, without causing one: opening a system repeatedly must make progress. */
  writeWithNextCommit: (operation: Operation) => void;
}

export class Timers implements Scheduler {
  readonly #options: TimersOptions;
  count = 0;
  /** Number of running pausable timers. */
  #running = 0;

  constructor(options: TimersOptions) {
    this.#options = options;
  }

  schedule(source: AnyActorRef, target: AnyActorRef, event: AnyEventObject, delay: number, id?: string): void {
    const from = this.#options.actors.entryOf(source);
    if (from === undefined) return;
    const name = id ?? this.#options.actors.nextId();
    const uidOfOther = () => this.#options.actors.entryOf(target)?.uid ?? this.#options.sleepers().uidOf(target);
    const to = target === source ? undefined : uidOfOther();
    const before = name.startsWith(pausablePrefix) ? from.timers?.get(name)?.row : undefined;
    if (before !== undefined && before.remainingMs === undefined) return;
    const due = this.#options.clock.now() + (before?.remainingMs ?? delay);
    this.#store(from, name, { due, event, ...omitUndefined({ target: to }) });
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

  /** Removes all timers of an actor from memory and store. */
  eraseAll(from: ActorEntry): void {
    for (const id of from.timers?.keys() ?? []) {
      this.#disarm(from, id);
      this.#erase(from, id);
    }
  }

  /** Removes all timers of an actor from memory only. */
  disarmAll(from: ActorEntry): void {
    for (const id of from.timers?.keys() ?? []) this.#disarm(from, id);
  }

  /** The current time while a pausable timer runs: the last commit then shows how long it ran. */
  timeIfRunning(): number | null {
    return this.#running > 0 ? this.#options.clock.now() : null;
  }

  /** Starts a timer whose row is stored; a paused timer stays paused. */
  arm(from: ActorEntry, id: string, row: TimerRow): void {
    from.timers ??= new Map();
    const runs = row.remainingMs === undefined;
    const cancel = runs ? this.#options.clock.at(row.due, () => this.#fire(from, id, row)) : () => {};
    from.timers.set(id, { row, cancel });
    this.count++;
    if (isRunningTimer(id, row)) this.#running++;
  }

  /** Stores and starts a timer of an actor that is restored. */
  restore({ uid, id, row }: StoredTimer): void {
    // The actor exists: it was created from the rows of the same snapshot.
    this.arm(this.#options.actors.byUid(uid) as ActorEntry, id, row);
    this.#options.write({ type: 'put', key: key.timer(uid, id), value: row });
  }

  /**
   * Restarts a timer of an earlier process, which ended `downtimeMs` ago: a pausable timer does not count that time.
   */
  rearm(from: ActorEntry, id: string, row: TimerRow, downtimeMs: number): void {
    const isShifted = isRunningTimer(id, row) && downtimeMs > 0;
    const current = isShifted ? { ...row, due: row.due + downtimeMs } : row;
    this.arm(from, id, current);
    if (isShifted) this.#options.writeWithNextCommit({ type: 'put', key: key.timer(from.uid, id), value: current });
  }

  /** Writes the remaining time of the actor's running pausable timers; the commit shows until when they ran. */
  writeRunning(from: ActorEntry): void {
    for (const [id, { row }] of from.timers ?? []) {
      if (isRunningTimer(id, row)) this.#options.write({ type: 'put', key: key.timer(from.uid, id), value: row });
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
    if (target !== undefined) target.ref.send(row.event);
    else if (row.target !== undefined) this.#options.sleepers().receive(row.target, row.event);
  }

  #disarm(from: ActorEntry, id: string): boolean {
    const timer = from.timers?.get(id);
    if (timer === undefined) return false;
    timer.cancel();
    this.count--;
    if (isRunningTimer(id, timer.row)) this.#running--;
    from.timers?.delete(id);
    if (from.timers?.size === 0) from.timers = undefined;
    return true;
  }

  #erase(from: ActorEntry, id: string): void {
    this.#options.write({ type: 'del', key: key.timer(from.uid, id) });
  }
}

/** Whether it is a pausable timer that is not paused. */
export function isRunningTimer(id: string, { remainingMs }: TimerRow): boolean {
  return id.startsWith(pausablePrefix) && remainingMs === undefined;
}
