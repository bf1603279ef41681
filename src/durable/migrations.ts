/**
 * Converts states stored by another version of a machine. A machine's `id` and `version` (from its config) are stored
 * with each actor. Where the version differs from that of the current logic, the migration of that source converts the
 * state before anything is restored, and the first commit rewrites the actor's rows. Without a migration, and for the
 * state of another machine or of a newer version, nothing is restored.
 */
import type { AnyActorLogic, AnyStateMachine } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import type { ActorRow, PersistedState } from './actor-row.ts';
import type { ActorNode } from './actor-tree.ts';
import { machineIdOf, registeredLogic, versionOf } from './xstate-internals.ts';

/** Converts a stored state to the current version, given the version that wrote it. */
export type Migration = (state: PersistedState, version: string | undefined) => PersistedState;

interface MigrateOptions {
  /** What is registered under the actor's source; undefined if nothing is, which restoring reports. */
  logic: AnyActorLogic | undefined;
  migrations: Readonly<Record<string, Migration>> | undefined;
  /** The ids from the root to the actor. */
  path: string;
}

/** Migrates a tree in place, parents first. @throws {TroupeError} RESTORE_FAILED */
export function migrate(node: ActorNode, options: MigrateOptions): void {
  const { row } = node;
  const { logic, migrations, path } = options;
  const migration = findMigration(row, options);
  if (migration !== undefined) {
    node.row = { ...row, state: migration(row.state, row.version) };
    node.needsRewrite = true;
  }
  for (const [id, child] of node.children) {
    const childLogic = logic && registeredLogic(logic as AnyStateMachine, child.row.src as string);
    migrate(child, { logic: childLogic, migrations, path: `${path}/${id}` });
  }
}

/**
 * Returns the migration that a stored actor needs; undefined if it needs none.
 * @throws {TroupeError} RESTORE_FAILED for another machine, a newer version, or a migration that is missing
 */
export function findMigration(
  { src = 'root', machine, version }: Pick<ActorRow, 'src' | 'machine' | 'version'>,
  { logic, migrations = {}, path }: MigrateOptions,
): Migration | undefined {
  if (logic === undefined) return undefined;
  const currentMachine = machineIdOf(logic);
  const currentVersion = versionOf(logic);
  const refusal = (reason: string) =>
    new TroupeError('RESTORE_FAILED', `The actor "${path}" cannot be restored: ${reason}`, { where: path });
  if (isNewer(version, currentVersion)) {
    throw refusal(`it was stored by version ${version}, and this is the older version ${currentVersion}.`);
  }
  const isOtherVersion = version !== currentVersion;
  if (isOtherVersion && Object.hasOwn(migrations, src)) return migrations[src];
  if (machine !== undefined && currentMachine !== undefined && machine !== currentMachine) {
    throw refusal(`it was stored by the machine "${machine}", and this is "${currentMachine}".`);
  }
  if (!isOtherVersion) return undefined;
  const versions = `it was stored by version ${version ?? 'none'}, and this is version ${currentVersion ?? 'none'}`;
  throw refusal(`${versions}; a migration for "${src}" is missing.`);
}

const isNumbers = (version: string | undefined): version is string =>
  version !== undefined && /^\d+(?:\.\d+)*$/.test(version);

/** Whether a version is the newer of two. Only versions of numbers, such as 2 and 1.4.0, have an order. */
export function isNewer(version: string | undefined, other: string | undefined): boolean {
  if (!isNumbers(version) || !isNumbers(other)) return false;
  const numbers = version.split('.').map(Number);
  const others = other.split('.').map(Number);
  for (let at = 0; at < Math.max(numbers.length, others.length); at++) {
    const difference = (numbers[at] ?? 0) - (others[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
