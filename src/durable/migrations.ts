/**
 * States written by another version of a machine. A machine's `version` (from its config) is stored with each actor;
 * where it differs from the version of the logic now in place, the upcaster of that source translates the state
 * before anything is restored, and the actor's rows are rewritten in the first commit.
 */
import type { AnyActorLogic, AnyStateMachine } from 'xstate';
import type { PersistedState } from './actor-row.ts';
import type { ActorNode } from './actor-tree.ts';
import { registeredLogic, versionOf } from './xstate-internals.ts';

/** From the stored state and the version that wrote it to a state of the present version. */
export type Migration = (state: PersistedState, version: string | undefined) => PersistedState;

/** Translates a branch in place, parents first. */
export function migrate(
  node: ActorNode,
  logic: AnyActorLogic | undefined,
  migrations: Readonly<Record<string, Migration>> = {},
): void {
  const { row } = node;
  const name = row.src ?? 'root';
  const currentVersion = versionOf(logic);
  const migration = Object.hasOwn(migrations, name) ? migrations[name] : undefined;
  if (migration !== undefined && row.version !== currentVersion) {
    node.row = { ...row, state: migration(row.state, row.version) };
    node.needsRewrite = true;
  }
  for (const child of node.children.values()) {
    migrate(child, logic && registeredLogic(logic as AnyStateMachine, child.row.src as string), migrations);
  }
}
