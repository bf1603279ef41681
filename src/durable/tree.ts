/** Flat rows to the tree XState restores, and back to certainty that every row became a healthy actor. */
import type { Snapshot } from 'xstate';
import { Fault } from '../model/fault.ts';
import { type ActorRow, revive, statusOf } from './record.ts';
import type { LiveActor, PersistedMachine } from './xstate.ts';

export interface Branch {
  uid: string;
  row: ActorRow;
  /** By child id. */
  kids: Map<string, Branch>;
  /** The state has a row of its own beside the born one. */
  moved: boolean;
  /** The rows are of an older version and must be written anew. */
  rewrite: boolean;
}

export const repairHint = 'troupe doctor --repair';

export const newBranch = (uid: string, row: ActorRow): Branch => ({
  uid,
  row,
  kids: new Map(),
  moved: false,
  rewrite: false,
});

/** Links branches to their parents; returns those without one. */
export function link(branches: ReadonlyMap<string, Branch>): { roots: Branch[]; orphans: Branch[] } {
  const roots: Branch[] = [];
  const orphans: Branch[] = [];
  for (const branch of branches.values()) {
    if (branch.row.parent === undefined) roots.push(branch);
    else {
      const parent = branches.get(branch.row.parent);
      if (parent === undefined || 'snapshot' in parent.row.state) orphans.push(branch);
      else parent.kids.set(branch.row.id, branch);
    }
  }
  return { roots, orphans };
}

/** The nested form XState restores from. It is patched by XState, so it serves once. */
export function nest(branch: Branch): Snapshot<unknown> {
  const own = revive(branch.row.state);
  for (const [id, kid] of branch.kids) {
    const { src = '', systemId, sync } = kid.row;
    (own as PersistedMachine).children[id] = { snapshot: nest(kid), src, systemId, syncSnapshot: sync };
  }
  return own as Snapshot<unknown>;
}

/** Uids by parent uid and child id, for naming actors while XState rebuilds them. */
export function index(branch: Branch, into: Map<string, string>): Map<string, string> {
  into.set(place(branch.row.parent, branch.row.id), branch.uid);
  for (const kid of branch.kids.values()) index(kid, into);
  return into;
}

export const place = (parentUid: string | undefined, id: string): string => `${parentUid ?? ''}/${id}`;

/**
 * XState drops a child whose source is gone without a word and keeps an actor it could not restore as one in error.
 * @throws {Fault} RESTORE_FAILED
 */
export function verify(actor: LiveActor | undefined, branch: Branch, path: string): void {
  const { row } = branch;
  if (actor === undefined) {
    throw new Fault(
      'RESTORE_FAILED',
      `The actor "${path}" cannot be restored: its source "${row.src}" is not registered in setup({ actors }) of its parent any more.`,
      {
        where: path,
      },
    );
  }
  const snapshot = actor.getSnapshot();
  if (snapshot.status === 'error' && statusOf(row.state) !== 'error') {
    const cause = snapshot.error;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Fault(
      'RESTORE_FAILED',
      `The actor "${path}" cannot be restored: ${message} (upcasters change snapshots of "${row.src ?? 'root'}" from version ${row.version ?? 'none'})`,
      {
        where: path,
        hints: [repairHint],
        cause,
      },
    );
  }
  for (const [id, kid] of branch.kids) verify(snapshot.children?.[id], kid, `${path}/${id}`);
}
