/** Instances that an error stopped: their rows say so, and events for them wait. */
import type { AnyEventObject } from 'xstate';
import { TroupeError } from '../../model/errors.ts';
import { key } from '../keys.ts';
import type { InstanceRecord } from './instance-record.ts';
import { type InstanceRow, keyOf, toInfo } from './instance-row.ts';
import type { InstancesContext } from './instances-context.ts';
import type { RunningInstance } from './running-instance.ts';

/** The row of an event that waits. Its key makes it count once, also when a crash interrupts resuming. */
interface QueuedEvent {
  number: number;
  key: string;
  event: AnyEventObject;
}

export class Quarantine {
  readonly #context: InstancesContext;
  /** The keys that wait, for each instance that got an event since it was stopped. */
  readonly #keys = new Map<string, Set<string>>();

  constructor(context: InstancesContext) {
    this.#context = context;
  }

  /** Stops an instance whose last good state is on disk. */
  add(record: InstanceRecord, error: unknown): void {
    const { shared, options, knows, ended } = this.#context;
    if (ended !== undefined) return;
    const serialized = TroupeError.serialize(error);
    const next = (before: InstanceRow | undefined): InstanceRow | undefined => {
      if (before === undefined || before.status === 'done' || before.status === 'stopped') return before;
      const { wakeAt: _, ...row } = before;
      return { ...row, status: 'quarantined', error: serialized };
    };
    const report = () => {
      if (record.row?.status === 'quarantined') options.onQuarantine?.(toInfo(keyOf(record), record.row, knows));
    };
    // A failure of the store ends the system, which tells the application.
    shared.write([], { record, next }).then(report, () => {});
  }

  /** Stores an event; resolves when it is on disk. One whose key waits already is a duplicate. */
  async enqueue(record: InstanceRecord, event: AnyEventObject, name?: string): Promise<{ duplicate: boolean }> {
    const { shared } = this.#context;
    const { uid } = record.row as InstanceRow;
    const keys = await this.#keysOf(record, uid);
    const number = shared.nextNumber();
    const queued: QueuedEvent = { number, key: name ?? `queued/${number}`, event };
    if (keys.has(queued.key)) return { duplicate: true };
    await shared.write([{ type: 'put', key: key.queued(uid, number), value: queued }], {
      record,
      next: before => before && { ...before, hasQueue: true },
    });
    keys.add(queued.key);
    return { duplicate: false };
  }

  /** Makes the instance one that runs, and must be opened next: also after a crash. */
  async release(record: InstanceRecord): Promise<void> {
    const next = (before: InstanceRow | undefined): InstanceRow | undefined => {
      if (before?.status !== 'quarantined') return before;
      const { status: _, error: __, ...row } = before;
      return { ...row, wakeAt: 0 };
    };
    await this.#context.shared.write([], { record, next });
  }

  /** Sends the events that wait, in order. One that fails stays, with those behind it. */
  async drain(instance: RunningInstance): Promise<void> {
    const { shared } = this.#context;
    const { record } = instance;
    const { uid, hasQueue } = record.row as InstanceRow;
    if (hasQueue === undefined) return;
    for await (const [at, value] of shared.store.entries(key.queued(uid))) {
      const queued = value as QueuedEvent;
      await instance.system.command(queued.key, root => root.send(queued.event));
      await shared.write([{ type: 'del', key: at }]);
    }
    this.forget(record);
    const next = (before: InstanceRow | undefined): InstanceRow | undefined => {
      const { hasQueue: _, ...row } = before as InstanceRow;
      return row;
    };
    await shared.write([], { record, next });
  }

  /** To be called when nothing waits for the instance any more. */
  forget(record: InstanceRecord): void {
    this.#keys.delete(keyOf(record));
  }

  async #keysOf(record: InstanceRecord, uid: string): Promise<Set<string>> {
    const at = keyOf(record);
    let keys = this.#keys.get(at);
    if (keys === undefined) {
      keys = new Set();
      for await (const [, queued] of this.#context.shared.store.entries(key.queued(uid)))
        keys.add((queued as QueuedEvent).key);
      this.#keys.set(at, keys);
    }
    return keys;
  }
}
