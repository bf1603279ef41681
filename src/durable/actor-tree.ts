/** Converts flat rows to the tree that XState restores, and verifies that every row became a running actor. */
import type { Snapshot } from 'xstate';
import { messageOf } from '../model/caught-error.ts';
import { commandHint } from '../model/command-hint.ts';
import { TroupeError } from '../model/errors.ts';
import { type ActorRow, statusOf, toXStateSnapshot } from './actor-row.ts';
import type { LiveActor, PersistedMachine } from './xstate-internals.ts';

export interface ActorNode {
  uid: string;
  row: ActorRow;
  /** Keyed by child id. */
  children: ReadonlyMap<string, ActorNode>;
  /** The state has its own row in addition to the row of the start. */
  hasStateRow: boolean;
  /** The rows were written by an older version and must be rewritten. */
  needsRewrite: boolean;
}

export const repairHint = commandHint('doctor', { options: { repair: true } });

/** Most actors have no children. */
const noChildren: ReadonlyMap<string, ActorNode> = new Map();

export const createNode = (uid: string, row: ActorRow): ActorNode => ({
  uid,
  row,
  children: noChildren,
  hasStateRow: false,
  needsRewrite: false,
});

/** Links nodes to their parents. Returns the nodes without a parent. */
export function linkParents(nodes: ReadonlyMap<string, ActorNode>): { roots: ActorNode[]; orphans: ActorNode[] } {
  const roots: ActorNode[] = [];
  const orphans: ActorNode[] = [];
  for (const node of nodes.values()) {
    if (node.row.parent === undefined) roots.push(node);
    else {
      const parent = nodes.get(node.row.parent);
      if (parent === undefined || 'snapshot' in parent.row.state) orphans.push(node);
      else addChild(parent, node);
    }
  }
  return { roots, orphans };
}

function addChild(parent: ActorNode, node: ActorNode): void {
  if (parent.children === noChildren) parent.children = new Map();
  (parent.children as Map<string, ActorNode>).set(node.row.id, node);
}

/** Builds the nested form that XState restores from. XState modifies it, so use it only once. */
export function toSnapshot(node: ActorNode): Snapshot<unknown> {
  const own = toXStateSnapshot(node.row.state);
  if (node.children.size > 0) {
    const children: PersistedMachine['children'] = {};
    for (const [id, child] of node.children) {
      const { src = '', systemId, sync } = child.row;
      children[id] = { snapshot: toSnapshot(child), src, systemId, syncSnapshot: sync };
    }
    (own as PersistedMachine).children = children;
  }
  return own as Snapshot<unknown>;
}

/** The actors that XState rebuilds: finds the uid of one by the uid of its parent and its id. */
export class ExpectedActors {
  readonly #top: ActorNode;
  /** Those that have children. */
  readonly #parents = new Map<string, ActorNode>();

  constructor(top: ActorNode) {
    this.#top = top;
    this.#addParents(top);
  }

  uidOf(parentUid: string | undefined, id: string): string | undefined {
    const within = parentUid === undefined ? undefined : this.#parents.get(parentUid)?.children.get(id)?.uid;
    const { uid, row } = this.#top;
    return within ?? (row.parent === parentUid && row.id === id ? uid : undefined);
  }

  #addParents(node: ActorNode): void {
    if (node.children.size === 0) return;
    this.#parents.set(node.uid, node);
    for (const child of node.children.values()) this.#addParents(child);
  }
}

/**
 * XState silently drops a child whose source no longer exists, and keeps an actor it could not restore in status
 * error. This check finds both.
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
    const message = messageOf(cause);
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
