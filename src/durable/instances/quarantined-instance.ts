/** An instance that an error stopped: its last row, and the events that wait until it resumes. */
import type { AnyEventObject } from 'xstate';
import type { Operation } from '../../ports/store.ts';
import { key } from '../keys.ts';
import type { InstanceRow } from './instance-row.ts';
import type { RunningInstance } from './running-instance.ts';

/** The row of an event that waits. Its key makes it count once, also when a crash interrupts resuming. */
export interface QueuedEvent {
  number: number;
  key: string;
  event: AnyEventObject;
}

export class QuarantinedInstance {
  row: InstanceRow;
  readonly queue: QueuedEvent[];
  /** Set while it resumes. */
  resuming: Promise<void> | undefined;

  constructor(row: InstanceRow, queue: QueuedEvent[] = []) {
    this.row = row;
    this.queue = queue;
  }

  /** Joins a resumption that has begun. */
  resumeOnce(resume: () => Promise<void>): Promise<void> {
    this.resuming ??= resume().finally(() => {
      this.resuming = undefined;
    });
    return this.resuming;
  }

  /** Resolves when the event is on disk. One whose key waits already is a duplicate. */
  async add(queued: QueuedEvent, write: (row: Operation) => Promise<void>): Promise<{ duplicate: boolean }> {
    const { queue } = this;
    if (queue.some(other => other.key === queued.key)) return { duplicate: true };
    queue.push(queued);
    try {
      await write({ type: 'put', key: key.queued(this.row.uid, queued.number), value: queued });
    } catch (error) {
      queue.splice(queue.indexOf(queued), 1);
      throw error;
    }
    return { duplicate: false };
  }

  /** Sends the events that wait, in order. One that fails stays, with those behind it. */
  async drain(instance: RunningInstance, write: (operation: Operation) => Promise<void>): Promise<void> {
    for (let next = this.queue[0]; next !== undefined; next = this.queue[0]) {
      const { number, event } = next;
      await instance.system.command(next.key, root => root.send(event));
      await write({ type: 'del', key: key.queued(this.row.uid, number) });
      this.queue.shift();
    }
  }
}
