/** Ends instances: their own rows go, and one row says how they ended, as long as `keepFinished` says. */
import type { Operation } from '../../ports/store.ts';
import { assertRetention, type CommandRetention } from '../commands.ts';
import { prefix, timeOfKey } from '../keys.ts';
import type { InstanceRecord } from './instance-record.ts';
import { type InstanceRow, notRunningError } from './instance-row.ts';
import type { InstancesContext } from './instances-context.ts';
import type { RunningInstance } from './running-instance.ts';
import { readDeletions, readRecord } from './stored-instances.ts';

const deletedAtOnce = 100;
const dayMs = 24 * 60 * 60 * 1000;

export class Endings {
  readonly #context: InstancesContext;
  readonly #keep: CommandRetention;
  #expiring: Promise<void> | undefined;

  /** @throws {TypeError} for an invalid retention */
  constructor(context: InstancesContext) {
    this.#context = context;
    this.#keep = context.options.keepFinished ?? 'forever';
    assertRetention(this.#keep, 'keepFinished');
  }

  /** Ends an instance in memory that is done, or stops one. */
  async end(instance: RunningInstance, status: 'done' | 'stopped'): Promise<void> {
    this.#context.awake.remove(instance);
    await instance.end(notRunningError(instance.record, { status }));
    await this.endRecord(instance.record);
  }

  /** Ends one that is not in memory; one that is done keeps its status and its output. */
  async endRecord(record: InstanceRecord): Promise<void> {
    const { shared, options } = this.#context;
    const endedAt = options.clock.now();
    const next = (before: InstanceRow | undefined): InstanceRow | undefined => {
      if (before === undefined) return undefined;
      const { wakeAt: _, ...row } = before;
      return { ...row, status: row.status ?? 'stopped', endedAt: row.endedAt ?? endedAt };
    };
    const { uid } = record.row as InstanceRow;
    await shared.write(await readDeletions(shared.store, uid), { record, next });
    await this.expire();
  }

  /** Removes an instance with everything of it. */
  async remove(record: InstanceRecord): Promise<void> {
    const { shared } = this.#context;
    const { uid } = record.row as InstanceRow;
    await shared.write(await readDeletions(shared.store, uid), { record, next: () => undefined });
  }

  /** Deletes those whose time is over, oldest first, at most `deletedAtOnce`. */
  expire(): Promise<void> {
    if (this.#keep === 'forever') return Promise.resolve();
    this.#expiring ??= this.#expire(this.#keep).finally(() => {
      this.#expiring = undefined;
    });
    return this.#expiring;
  }

  async #expire(keep: Exclude<CommandRetention, 'forever'>): Promise<void> {
    const { shared, options } = this.#context;
    const { done, stopped } = shared.counts;
    const surplus = 'count' in keep ? done + stopped - keep.count : deletedAtOnce;
    if (surplus <= 0) return;
    const limit = Math.min(surplus, deletedAtOnce);
    const deletions: Promise<void>[] = [];
    for await (const [at, value] of shared.store.entries(prefix.endTime, { limit })) {
      if ('days' in keep && options.clock.now() - timeOfKey(at) < keep.days * dayMs) break;
      const [machine = '', id = ''] = value as string[];
      deletions.push(this.#forget(at, await readRecord(shared, { machine, id })));
    }
    await Promise.all(deletions);
  }

  /** Its own rows are deleted already, unless it is just ending. */
  async #forget(at: string, record: InstanceRecord): Promise<void> {
    const { shared } = this.#context;
    const rest: Operation[] = await readDeletions(shared.store, (record.row as InstanceRow).uid);
    await shared.write([{ type: 'del', key: at }, ...rest], { record, next: () => undefined });
  }
}
