/** Flat rows to the tree XState restores, and back to certainty that every row became a healthy actor. */
import type { Snapshot } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import { type ActorRow, statusOf, toXStateSnapshot } from './actor-row.ts';
import type { LiveActor, PersistedMachine } from './xstate-internals.ts';

export interface ActorNode {
  uid: string;
  row: ActorRow;
  /** By child id. */
  children: Map<string, ActorNode>;
  /** The state has a row of its own beside the born one. */
  hasStateRow: boolean;
  /** The rows are of an older version and must be written anew. */
  needsRewrite: boolean;
}

export const repairHint = 'troupe doctor --repair';

export const createNode = (uid: string, row: ActorRow): ActorNode => ({
  uid,
  row,
  children: new Map(),
  hasStateRow: false,
  needsRewrite: false,
});

/** Links branches to their parents; returns those without one. */
export function linkParents(nodes: ReadonlyMap<string, ActorNode>): { roots: ActorNode[]; orphans: ActorNode[] } {
  const roots: ActorNode[] = [];
  const orphans: ActorNode[] = [];
  for (const node of nodes.values()) {
    if (node.row.parent === undefined) roots.push(node);
    else {
      const parent = nodes.get(node.row.parent);
      if (parent === undefined || 'snapshot' in parent.row.state) orphans.push(node);
      else parent.children.set(node.row.id, node);
    }
  }
  return { roots, orphans };
}

/** The nested form XState restores from. It is patched by XState, so it serves once. */
export function toSnapshot(node: ActorNode): Snapshot<unknown> {
  const own = toXStateSnapshot(node.row.state);
  for (const [id, child] of node.children) {
    const { src = '', systemId, sync } = child.row;
    (own as PersistedMachine).children[id] = { snapshot: toSnapshot(child), src, systemId, syncSnapshot: sync };
  }
  return own as Snapshot<unknown>;
}

/** Uids by parent uid and child id, for naming actors while XState rebuilds them. */
export function indexByPath(node: ActorNode, uids: Map<string, string>): Map<string, string> {
  uids.set(pathKey(node.row.parent, node.row.id), node.uid);
  for (const child of node.children.values()) indexByPath(child, uids);
  return uids;
}

export const pathKey = (parentUid: string | undefined, id: string): string => `${parentUid ?? ''}/${id}`;

/**
 * XState drops a child whose source is gone without a word and keeps an actor it could not restore as one in error.
 * @throws {TroupeError} RESTORE_FAILED
 */
export function verifyRestored(actor: LiveActor | undefined, node: ActorNode, path: string): void {
  const { row } = node;
  if (actor === undefined) {
    throw new TroupeError(
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
    throw new TroupeError(
      'RESTORE_FAILED',
      `The actor "${path}" cannot be restored: ${message} (upcasters change snapshots of "${row.src ?? 'root'}" from version ${row.version ?? 'none'})`,
      {
        where: path,
        hints: [repairHint],
        cause,
      },
    );
  }
  for (const [id, child] of node.children) verifyRestored(snapshot.children?.[id], child, `${path}/${id}`);
}
