/** What a store of instances holds. */
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { instancesFormat, key, prefix, retainedCommits, storeFormat } from '../keys.ts';
import { describeGap } from '../stored-state.ts';
import type { StoredRecord } from './instance-record.ts';
import { type InstanceName, type InstanceRow, keyOf } from './instance-row.ts';
import type { BatchRow, SharedStore } from './shared-store.ts';

/**
 * Continues after the last batch; a new store gets its format and its identity. Returns the identity. Reads no instance.
 * @throws {TroupeError} STORE_FORMAT, STORE_DAMAGED
 */
export async function openInstanceStore(shared: SharedStore, createStoreId: () => string): Promise<string> {
  const { store } = shared;
  const format = await store.get(key.format);
  const batches: BatchRow[] = [];
  for await (const [, row] of store.entries(prefix.commit)) batches.push(row as BatchRow);
  batches.sort((a, b) => a[0] - b[0]);
  if (format !== undefined && format !== instancesFormat) {
    const message =
      format === storeFormat
        ? 'The store has one root: open it with `machine`, and not with `machines`.'
        : `The store has format ${String(format)}; this version reads format ${instancesFormat}.`;
    throw new TroupeError('STORE_FORMAT', message, { where: key.format });
  }
  const last = batches.at(-1);
  const lost = last === undefined ? format && 'its commit counter is missing' : describeGap(batches, retainedCommits);
  if (lost !== undefined || (format === undefined && last !== undefined)) {
    const hints = [commandHint('doctor', { options: { repair: true } })];
    throw new TroupeError('STORE_DAMAGED', `The store lost data: ${lost ?? 'its format is missing'}.`, { hints });
  }
  if (last !== undefined) {
    shared.resume(last);
    return (await store.get(key.store)) as string;
  }
  const storeId = createStoreId();
  await shared.write([
    { type: 'put', key: key.format, value: instancesFormat },
    { type: 'put', key: key.store, value: storeId },
  ]);
  return storeId;
}

/** Returns an instance with its row, as everything written before leaves it. @throws {TroupeError} UNKNOWN_ACTOR */
export async function readRecord(shared: SharedStore, { machine, id }: InstanceName): Promise<StoredRecord> {
  await shared.barrier();
  const row = (await shared.store.get(keyOf({ machine, id }))) as InstanceRow | undefined;
  if (row !== undefined) return { machine, id, row };
  const where = `${machine}/${id}`;
  throw new TroupeError('UNKNOWN_ACTOR', `There is no instance "${where}".`, { where });
}

/** The operations that delete everything of an instance but its own row. */
export async function readDeletions(store: Store, uid: string): Promise<Operation[]> {
  const operations: Operation[] = [];
  for (const own of [key.instanceRow(uid), key.queued(uid)]) {
    for await (const [at] of store.entries(own)) operations.push({ type: 'del', key: at });
  }
  return operations;
}
