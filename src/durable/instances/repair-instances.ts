/**
 * Makes a store of instances consistent after data loss: removes instances without their state and rows without their instance,
 * writes the index again, and wakes all instances that run at the next opening, which then checks each of them.
 */
import type { Operation, Store } from '../../ports/store.ts';
import { instancesFormat, key, numberOfUid, prefix, retainedCommits, splitKey } from '../keys.ts';
import type { RepairReport } from '../repair-report.ts';
import { derivedRows, type InstanceCounts } from './instance-record.ts';
import { type InstanceRow, keyOf, parseInstanceKey } from './instance-row.ts';
import type { BatchRow } from './shared-store.ts';

const operationsAtOnce = 1_000;

/** Writes operations some at a time: together they may not fit into memory. Repairing again does the same once more. */
class Writer {
  readonly #store: Store;
  #operations: Operation[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  async add(...operations: Operation[]): Promise<void> {
    this.#operations.push(...operations);
    if (this.#operations.length >= operationsAtOnce) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#operations.length > 0) await this.#store.batch(this.#operations.splice(0));
  }
}

export async function repairInstances(store: Store): Promise<RepairReport> {
  const writer = new Writer(store);
  const batches: BatchRow[] = [];
  for await (const [, row] of store.entries(prefix.commit)) batches.push(row as BatchRow);
  batches.sort((a, b) => a[0] - b[0]);
  const [newest, counter] = batches.at(-1) ?? [0, 0];
  const kept = new Set<string>();
  const dropped: string[] = [];
  const counts: InstanceCounts = { running: 0, done: 0, stopped: 0, quarantined: 0 };
  await deleteAll(store, writer, [prefix.index, prefix.wakeTime, prefix.endTime]);
  let highest = counter;
  for await (const [at, value] of store.entries(prefix.instance)) {
    const row = value as InstanceRow;
    const name = parseInstanceKey(at);
    highest = Math.max(highest, numberOfUid(row.uid));
    const hasEnded = row.status === 'done' || row.status === 'stopped';
    if (!hasEnded && !(await hasRows(store, row.uid))) {
      dropped.push(`${name.machine}/${name.id}`);
      await writer.add({ type: 'del', key: at });
      continue;
    }
    if (!hasEnded) kept.add(row.uid);
    counts[row.status ?? 'running']++;
    const current: InstanceRow = row.status === undefined ? { ...row, wakeAt: 0 } : row;
    await writer.add({ type: 'put', key: keyOf(name), value: current });
    for (const [own, content] of derivedRows(name, current))
      await writer.add({ type: 'put', key: own, value: content });
  }
  const orphanedRows = await deleteOrphans(store, writer, kept);
  const batch: BatchRow = [Math.max(newest, 1), highest, counts];
  await writer.add({ type: 'put', key: key.format, value: instancesFormat }, ...commitRing(batch));
  await writer.flush();
  const expected = Math.min(newest, retainedCommits);
  const intact = counts.running + counts.done + counts.stopped + counts.quarantined;
  return { intact, dropped, orphanedRows, commitsMissing: Math.max(0, expected - batches.length) };
}

async function deleteAll(store: Store, writer: Writer, prefixes: readonly string[]): Promise<void> {
  for (const each of prefixes) {
    for await (const [at] of store.entries(each)) await writer.add({ type: 'del', key: at });
  }
  await writer.flush();
}

async function hasRows(store: Store, uid: string): Promise<boolean> {
  for await (const _ of store.entries(key.instanceRow(uid, prefix.actor), { limit: 1 })) return true;
  return false;
}

/** Rows of instances that are gone or have ended, and events for them. */
async function deleteOrphans(store: Store, writer: Writer, kept: ReadonlySet<string>): Promise<number> {
  let count = 0;
  for (const each of [prefix.instanceRow, prefix.queued]) {
    for await (const [at] of store.entries(each)) {
      if (kept.has(splitKey(at.slice(each.length)).uid)) continue;
      count++;
      await writer.add({ type: 'del', key: at });
    }
  }
  return count;
}

/** A complete ring of batches, as if none had been lost. */
function commitRing([last, counter, counts]: BatchRow): Operation[] {
  const operations: Operation[] = [];
  for (let batch = Math.max(1, last - retainedCommits + 1); batch <= last; batch++)
    operations.push({ type: 'put', key: key.commit(batch), value: [batch, counter, counts] });
  return operations;
}
