/** What a store of instances holds, read on opening. */
import { TroupeError } from '../../model/errors.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { instancesFormat, key, prefix, splitKey } from '../keys.ts';
import {
  type InstanceName,
  type InstanceRow,
  type KnowsMachine,
  keyOf,
  matchesFilter,
  parseInstanceKey,
  rangeOf,
  toInfo,
} from './instance-row.ts';
import type { OwnRow } from './instance-store.ts';
import type { InstanceFilter, InstanceInfo } from './instances-api.ts';
import type { QueuedEvent } from './quarantined-instance.ts';
import type { SharedStore } from './shared-store.ts';

interface ListedInstance {
  /** Key of its row. */
  at: string;
  machine: string;
  id: string;
  row: InstanceRow;
  /** Events that wait for it. */
  queue: QueuedEvent[];
}

/** An instance that ran when the store was closed, with all its rows. */
export interface StoredInstance extends ListedInstance {
  rows: OwnRow[];
}

interface StoredInstances {
  counter: number;
  storeId: string;
  finished: { key: string; endedAt: number }[];
  quarantined: ListedInstance[];
  /** Read one after the other, so that the rows of all are never in memory together. */
  running: AsyncIterable<StoredInstance>;
}

/** Reads the store; a new one gets its format and its identity. @throws {TroupeError} STORE_FORMAT, STORE_DAMAGED */
export async function readInstances(
  shared: SharedStore,
  { createStoreId, knows }: { createStoreId: () => string; knows: KnowsMachine },
): Promise<StoredInstances> {
  const { store } = shared;
  const storeId = await openFormat(shared, createStoreId);
  const queues = new Map<string, QueuedEvent[]>();
  for await (const [at, value] of store.entries(prefix.queued)) {
    const { uid } = splitKey(at.slice(prefix.queued.length));
    queues.set(uid, [...(queues.get(uid) ?? []), value as QueuedEvent]);
  }
  const finished: StoredInstances['finished'] = [];
  const quarantined: ListedInstance[] = [];
  const running = new Map<string, ListedInstance>();
  const kept = new Set<string>();
  for await (const [at, value] of store.entries(prefix.instance)) {
    const row = value as InstanceRow;
    const listed = { at, ...parseInstanceKey(at), row, queue: queues.get(row.uid) ?? [] };
    if (row.status === undefined && knows(listed.machine)) running.set(row.uid, listed);
    else if (row.status === undefined || row.status === 'quarantined') kept.add(row.uid);
    if (row.status === 'quarantined') quarantined.push(listed);
    else if (row.status !== undefined) finished.push({ key: at, endedAt: row.endedAt ?? 0 });
  }
  const counter = ((await store.get(key.instances)) as number | undefined) ?? 0;
  return { counter, storeId, finished, quarantined, running: readRunning(shared, running, kept) };
}

/** Reads all rows of one instance. */
export async function readOwnRows(store: Store, uid: string): Promise<OwnRow[]> {
  const base = key.instanceRow(uid);
  const rows: OwnRow[] = [];
  for await (const [at, value] of store.entries(base)) rows.push([at.slice(base.length), value]);
  return rows;
}

/** @throws {TroupeError} UNKNOWN_ACTOR */
export async function readRow(store: Store, name: InstanceName): Promise<InstanceRow> {
  const row = (await store.get(keyOf(name))) as InstanceRow | undefined;
  if (row !== undefined) return row;
  const where = `${name.machine}/${name.id}`;
  throw new TroupeError('UNKNOWN_ACTOR', `There is no instance "${where}".`, { where });
}

export async function listInstances(
  store: Store,
  filter: InstanceFilter,
  knows: KnowsMachine,
): Promise<InstanceInfo[]> {
  const { limit = Number.POSITIVE_INFINITY } = filter;
  const found: InstanceInfo[] = [];
  const { from, options } = rangeOf(filter);
  for await (const [at, row] of store.entries(from, options)) {
    if (found.length >= limit) break;
    const info = toInfo(at, row as InstanceRow, knows);
    if (matchesFilter(info, filter)) found.push(info);
  }
  return found;
}

/** The operations that delete everything of an instance but its own row. */
export async function readDeletions(store: Store, uid: string): Promise<Operation[]> {
  const operations: Operation[] = [];
  for (const own of [key.instanceRow(uid), key.queued(uid)]) {
    for await (const [at] of store.entries(own)) operations.push({ type: 'del', key: at });
  }
  return operations;
}

async function openFormat(shared: SharedStore, createStoreId: () => string): Promise<string> {
  const { store } = shared;
  const format = await store.get(key.format);
  if (format === instancesFormat) return (await store.get(key.store)) as string;
  if (format !== undefined) {
    const message = `The store has format ${String(format)}; one with several instances has format ${instancesFormat}.`;
    throw new TroupeError('STORE_FORMAT', message, { where: key.format });
  }
  if ((await store.get(key.instances)) !== undefined) {
    throw new TroupeError('STORE_DAMAGED', 'The store lost data: its format is missing.');
  }
  const storeId = createStoreId();
  await shared.write([
    { type: 'put', key: key.format, value: instancesFormat },
    { type: 'put', key: key.store, value: storeId },
  ]);
  return storeId;
}

/** One pass over the rows of all instances. Rows that a crash left of an instance that has ended are deleted. */
async function* readRunning(
  shared: SharedStore,
  running: Map<string, ListedInstance>,
  kept: ReadonlySet<string>,
): AsyncIterable<StoredInstance> {
  let [current, rows, leftOver]: [string, OwnRow[], Operation[]] = ['', [], []];
  const take = (uid: string): StoredInstance | undefined => {
    const listed = running.get(uid);
    running.delete(uid);
    return listed && { ...listed, rows };
  };
  for await (const [at, value] of shared.store.entries(prefix.instanceRow)) {
    const { uid, rest } = splitKey(at.slice(prefix.instanceRow.length));
    if (uid !== current) {
      const instance = take(current);
      if (instance !== undefined) yield instance;
      [current, rows] = [uid, []];
    }
    if (running.has(uid)) rows.push([rest, value]);
    else if (!kept.has(uid)) leftOver.push({ type: 'del', key: at });
    if (leftOver.length >= 1_000) await shared.write(leftOver.splice(0));
  }
  const last = take(current);
  if (last !== undefined) yield last;
  // What has a row and nothing else lost its state: opening it says so.
  for (const listed of running.values()) yield { ...listed, rows: [] };
  await shared.write(leftOver);
}
