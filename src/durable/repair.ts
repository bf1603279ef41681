/**
 * Makes a store consistent after data was lost: actors that lost their parent go, timers and steps of actors that are
 * gone go, and the counters are set to what is there. What was lost cannot come back; the report says what was dropped.
 */
import { Fault } from '../model/fault.ts';
import type { Operation, Store } from '../ports/store.ts';
import { type CommitRow, type Image, lastCommit, readImage } from './image.ts';
import { commitsKept, key, prefix, storeFormat } from './keys.ts';
import { type Branch, link } from './tree.ts';

export interface RepairReport {
  /** Actors that are whole. */
  kept: number;
  /** Names of actors dropped because their parent or their identity was lost. */
  dropped: string[];
  /** Timers and steps dropped because their actor is gone. */
  leftovers: number;
  /** Commits that are missing among the last ones. */
  commitsMissing: number;
}

/** @throws {Fault} STORE_DAMAGED when the root itself was lost */
export async function repairStore(store: Store): Promise<RepairReport> {
  const image = await readImage(store);
  const [root] = link(image.branches).roots;
  if (root === undefined && image.branches.size > 0) {
    throw new Fault(
      'STORE_DAMAGED',
      'The root actor was lost, and nothing can be rebuilt without it; put a copy of the store directory back.',
    );
  }
  const whole = new Map<string, Branch>();
  if (root !== undefined) gather(root, whole);
  const operations: Operation[] = [];
  const dropped = dropActors(image, whole, operations);
  const leftovers = dropLeftovers(image, whole, operations);
  const [newest, counter] = lastCommit(image);
  const expected = Math.min(newest, commitsKept);
  if (root !== undefined) resetCounters(operations, [newest, highest(image, counter), whole.size]);
  if (operations.length > 0) await store.batch(operations);
  return { kept: whole.size, dropped, leftovers, commitsMissing: Math.max(0, expected - image.commits.length) };
}

/** Removes every row of the runtime: what is left when the root itself was lost. The next opening begins anew. */
export async function eraseActors(store: Store): Promise<void> {
  for (const each of [...Object.values(prefix), key.format]) {
    const doomed: Operation[] = [];
    for await (const [at] of store.entries(each)) doomed.push({ type: 'del', key: at });
    if (doomed.length > 0) await store.batch(doomed);
  }
}

function gather(branch: Branch, whole: Map<string, Branch>): void {
  whole.set(branch.uid, branch);
  for (const kid of branch.kids.values()) gather(kid, whole);
}

function dropActors(image: Image, whole: ReadonlyMap<string, Branch>, operations: Operation[]): string[] {
  const dropped: string[] = [];
  for (const { uid, row } of image.branches.values()) {
    if (whole.has(uid)) continue;
    operations.push({ type: 'del', key: key.actor(uid) }, { type: 'del', key: key.state(uid) });
    dropped.push(row.id);
  }
  for (const uid of image.stray) {
    operations.push({ type: 'del', key: key.state(uid) });
    dropped.push(uid);
  }
  return dropped;
}

function dropLeftovers(image: Image, whole: ReadonlyMap<string, Branch>, operations: Operation[]): number {
  const sleeping = new Set([...image.sleepers.values()].flatMap(row => row.effects ?? []));
  const before = operations.length;
  for (const { uid, id } of image.timers) {
    if (!whole.has(uid)) operations.push({ type: 'del', key: key.timer(uid, id) });
  }
  for (const { uid, name } of image.steps) {
    if (!whole.has(uid) && !sleeping.has(uid)) operations.push({ type: 'del', key: key.step(uid, name) });
  }
  return operations.length - before;
}

/** Ids must never be given out twice, so the counter is at least the highest one found. */
function highest(image: Image, counter: number): number {
  const uids = [...image.branches.keys(), ...image.sleepers.keys(), ...image.outbox.map(fact => fact.seq)];
  return Math.max(counter, ...uids.map(uid => Number.parseInt(uid, 36)));
}

/** A full ring of commits, as if none had been lost. */
function resetCounters(operations: Operation[], [newest, counter, actors]: CommitRow): void {
  const last = Math.max(newest, 1);
  for (let commit = Math.max(1, last - commitsKept + 1); commit <= last; commit++) {
    operations.push({ type: 'put', key: key.commit(commit), value: [commit, counter, actors] });
  }
  operations.push({ type: 'put', key: key.format, value: storeFormat });
}
