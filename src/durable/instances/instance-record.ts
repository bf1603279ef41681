/**
 * The row of an instance in memory, and how a batch changes it. A change is computed when its batch is put together, after
 * all changes before it: so the rows that belong to an instance row, such as those of its times, always agree with the disk.
 */
import type { Operation } from '../../ports/store.ts';
import { key } from '../keys.ts';
import { indexKeys } from './index-keys.ts';
import { type InstanceName, type InstanceRow, keyOf } from './instance-row.ts';

/** An instance with its row as the last batch has it; undefined before its first. */
export interface InstanceRecord extends InstanceName {
  row: InstanceRow | undefined;
}

/** One that is on disk. */
export type StoredRecord = InstanceRecord & { row: InstanceRow };

/** A change of the row of one instance. */
export interface RowChange {
  record: InstanceRecord;
  /** Returns the row after the change; undefined to delete it, and the same object for no change. */
  next: (before: InstanceRow | undefined) => InstanceRow | undefined;
}

/** How many instances there are of each status. */
export interface InstanceCounts {
  running: number;
  done: number;
  stopped: number;
  quarantined: number;
}

/** Makes the change in memory. Returns what it writes, and how to take it back. */
export function applyChange({ record, next }: RowChange, counts: InstanceCounts) {
  const before = record.row;
  const after = next(before);
  record.row = after;
  const count = (row: InstanceRow | undefined, by: number) => {
    if (row !== undefined) counts[row.status ?? 'running'] += by;
  };
  const move = (from: InstanceRow | undefined, to: InstanceRow | undefined) => {
    count(from, -1);
    count(to, 1);
  };
  move(before, after);
  const undo = () => {
    record.row = before;
    move(after, before);
  };
  return { operations: before === after ? [] : operationsOf(record, before, after), undo };
}

/** The instance row, and those by which it is found. */
function operationsOf(
  name: InstanceName,
  before: InstanceRow | undefined,
  after: InstanceRow | undefined,
): Operation[] {
  const at = keyOf(name);
  const operations: Operation[] = [
    after === undefined ? { type: 'del', key: at } : { type: 'put', key: at, value: after },
  ];
  const rowsOf = isFoundAlike(before, after) ? timeRows : derivedRows;
  const [old, current] = [before && rowsOf(name, before), after && rowsOf(name, after)];
  for (const own of old?.keys() ?? []) if (current?.has(own) !== true) operations.push({ type: 'del', key: own });
  for (const [own, value] of current ?? []) {
    if (old?.has(own) !== true) operations.push({ type: 'put', key: own, value });
  }
  return operations;
}

/** Whether both are in the index under the same keys. False for some that are, such as those of states that are objects. */
function isFoundAlike(before: InstanceRow | undefined, after: InstanceRow | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return (
    before.state === after.state &&
    before.status === after.status &&
    before.version === after.version &&
    before.tags === after.tags &&
    before.attributes === after.attributes
  );
}

/** The rows that follow from an instance row. A row of one key is always the same. */
export function derivedRows({ machine, id }: InstanceName, row: InstanceRow): Map<string, unknown> {
  const rows = timeRows({ machine, id }, row);
  for (const at of indexKeys({ machine, id }, row)) rows.set(at, 1);
  return rows;
}

/** Those that say when it must wake, and when it ended. */
function timeRows({ machine, id }: InstanceName, { uid, wakeAt, endedAt }: InstanceRow): Map<string, unknown> {
  const rows = new Map<string, unknown>();
  if (wakeAt !== undefined) rows.set(key.wakeTime(wakeAt, uid), [machine, id]);
  if (endedAt !== undefined) rows.set(key.endTime(endedAt, uid), [machine, id]);
  return rows;
}
