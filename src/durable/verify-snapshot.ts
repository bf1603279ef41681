/** Checks whether stored actors can be restored, before any running actor is touched. */
import { type AnyActorLogic, createActor } from 'xstate';
import { type ActorNode, toSnapshot, verifyRestored } from './actor-tree.ts';
import { type Migration, migrate } from './migrations.ts';
import { asLiveActor } from './xstate-internals.ts';

interface VerifyOptions {
  id: string;
  /** What the parent registered under the actor's source. */
  logic: AnyActorLogic | undefined;
  migrations: Readonly<Record<string, Migration>> | undefined;
}

/**
 * Migrates rows to the current version, and restores them in a system that is then discarded.
 * @throws {TroupeError} RESTORE_FAILED
 */
export function verifyNode(node: ActorNode, { id, logic, migrations }: VerifyOptions): void {
  if (logic === undefined) {
    verifyRestored(undefined, node, id);
    return;
  }
  migrate(node, { logic, migrations, path: id });
  const probe = createActor(logic, { id, snapshot: structuredClone(toSnapshot(node)) } as never);
  verifyRestored(asLiveActor(probe), node, id);
}

/** Returns the first systemId of a subtree for which `isTaken` is true. */
export function findSystemId(node: ActorNode, isTaken: (systemId: string) => boolean): string | undefined {
  const { systemId } = node.row;
  if (systemId !== undefined && isTaken(systemId)) return systemId;
  for (const child of node.children.values()) {
    const found = findSystemId(child, isTaken);
    if (found !== undefined) return found;
  }
  return undefined;
}
