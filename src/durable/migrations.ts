/**
 * Converts states stored by another version of a machine. A machine's `version` (from its config) is stored with each
 * actor. Where it differs from the version of the current logic, the migration of that source converts the state
 * before anything is restored, and the first commit rewrites the actor's rows.
 */
import type { AnyActorLogic, AnyStateMachine } from 'xstate';
import type { PersistedState } from './actor-row.ts';
import type { ActorNode } from './actor-tree.ts';
import { registeredLogic, versionOf } from './xstate-internals.ts';

/** Converts a stored state to the current version, given the version that wrote it. */
export type Migration = (state: PersistedState, version: string | undefined) => PersistedState;

/** Migrates a tree in place, parents first. */
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
