/**
 * Makes a store consistent after data loss: removes actors without a parent, and timers and steps without an actor,
 * and sets the counters to what exists. Lost data cannot be restored; the report says what was removed.
 */
import { TroupeError } from '../model/errors.ts';
import type { Operation, Store } from '../ports/store.ts';
import { type ActorNode, linkParents } from './actor-tree.ts';
import { toCommitRow } from './commit-row.ts';
import { repairInstances } from './instances/repair-instances.ts';
import { instancesFormat, key, prefix, retainedCommits, storeFormat } from './keys.ts';
import type { RepairReport } from './repair-report.ts';
import { lastCommit, readStoredState, type StoredState } from './stored-state.ts';

/** Repairs the rows of a closed store. @throws {TroupeError} STORE_DAMAGED when the root itself was lost */
export async function repairStore(store: Store): Promise<RepairReport> {
  if (await isOfInstances(store)) return repairInstances(store);
  const stored = await readStoredState(store);
  const [root] = linkParents(stored.actors).roots;
  if (root === undefined && stored.actors.size > 0) {
    throw new TroupeError(
      'STORE_DAMAGED',
      'The root actor was lost, and nothing can be rebuilt without it; put a copy of the store directory back.',
    );
  }
  const intact = new Map<string, ActorNode>();
  if (root !== undefined) collectSubtree(root, intact);
  const operations: Operation[] = [];
  const dropped = dropActors(stored, intact, operations);
  const orphanedRows = dropOrphanedRows(stored, intact, operations);
  const [newest, counter] = lastCommit(stored);
  const expected = Math.min(newest, retainedCommits);
  if (root !== undefined)
    resetCounters(operations, stored, { newest, counter: highestId(stored, counter), actors: intact.size });
  if (operations.length > 0) await store.batch(operations);
  return { intact: intact.size, dropped, orphanedRows, commitsMissing: Math.max(0, expected - stored.commits.length) };
}

/** The format may be lost with other rows. */
async function isOfInstances(store: Store): Promise<boolean> {
  if ((await store.get(key.format)) === instancesFormat) return true;
  for await (const _ of store.entries(prefix.instance, { limit: 1 })) return true;
  return false;
}

/** Removes every row of the runtime, when the root itself was lost. The next opening starts with the initial state. */
export async function eraseActors(store: Store): Promise<void> {
  for (const each of [...Object.values(prefix), key.format, key.store]) {
    const deletions: Operation[] = [];
    for await (const [at] of store.entries(each)) deletions.push({ type: 'del', key: at });
    if (deletions.length > 0) await store.batch(deletions);
  }
}

function collectSubtree(node: ActorNode, nodes: Map<string, ActorNode>): void {
  nodes.set(node.uid, node);
  for (const child of node.children.values()) collectSubtree(child, nodes);
}

function dropActors(stored: StoredState, intact: ReadonlyMap<string, ActorNode>, operations: Operation[]): string[] {
  const dropped: string[] = [];
  for (const { uid, row } of stored.actors.values()) {
    if (intact.has(uid)) continue;
    operations.push({ type: 'del', key: key.actor(uid) }, { type: 'del', key: key.state(uid) });
    dropped.push(row.id);
  }
  for (const uid of stored.orphanedStates) {
    operations.push({ type: 'del', key: key.state(uid) });
    dropped.push(uid);
  }
  return dropped;
}

function dropOrphanedRows(
  stored: StoredState,
  intact: ReadonlyMap<string, ActorNode>,
  operations: Operation[],
): number {
  const passivatedEffects = new Set([...stored.passivated.values()].flatMap(row => row.effects ?? []));
  const before = operations.length;
  for (const { uid, id } of stored.timers) {
    if (!intact.has(uid)) operations.push({ type: 'del', key: key.timer(uid, id) });
  }
  for (const { uid, name } of stored.steps) {
    if (!intact.has(uid) && !passivatedEffects.has(uid)) operations.push({ type: 'del', key: key.step(uid, name) });
  }
  return operations.length - before;
}

/** Ids must never be reused, so the counter is at least the highest id found. */
function highestId(stored: StoredState, counter: number): number {
  const uids = [...stored.actors.keys(), ...stored.passivated.keys(), ...stored.outbox.map(event => event.seq)];
  return Math.max(counter, ...uids.map(uid => Number.parseInt(uid, 36)));
}

/** Writes a complete ring of commits, as if none had been lost; the keys of commands in its rows stay. */
function resetCounters(
  operations: Operation[],
  stored: StoredState,
  { newest, counter, actors }: { newest: number; counter: number; actors: number },
): void {
  const last = Math.max(newest, 1);
  const commands = new Map(stored.commits.map(([commit, , , , rows]) => [commit, rows]));
  for (let commit = Math.max(1, last - retainedCommits + 1); commit <= last; commit++) {
    const value = toCommitRow([commit, counter, actors], null, commands.get(commit));
    operations.push({ type: 'put', key: key.commit(commit), value });
  }
  operations.push({ type: 'put', key: key.format, value: storeFormat });
}
