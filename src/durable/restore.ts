/** Restores actors, steps and timers from the stored state. */
import type { AnyStateMachine } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation } from '../ports/store.ts';
import type { ActorRegistry } from './actor-registry.ts';
import { type ActorNode, linkParents, repairHint } from './actor-tree.ts';
import { key } from './keys.ts';
import { findMigration, type Migration, migrate } from './migrations.ts';
import type { Sleepers } from './sleepers.ts';
import type { Steps } from './steps.ts';
import { lastCommit, type StoredState } from './stored-state.ts';
import type { Timers } from './timers.ts';
import { registeredLogic } from './xstate-internals.ts';

/**
 * Returns the tree of actors, migrated to the current version.
 *
 * @throws {TroupeError} STORE_DAMAGED, RESTORE_FAILED
 */
export function loadRootNode(
  stored: StoredState,
  options: { machine: AnyStateMachine; migrations?: Readonly<Record<string, Migration>> },
): ActorNode {
  const { roots, orphans } = linkParents(stored.actors);
  const [root] = roots;
  if (root === undefined || roots.length > 1 || orphans.length > 0) {
    const actual = `${roots.length} roots and ${orphans.length} actors without their parent`;
    throw new TroupeError('STORE_DAMAGED', `The store lost data: it holds ${actual}.`, { hints: [repairHint] });
  }
  const { machine, migrations } = options;
  migrate(root, { logic: machine, migrations, path: 'root' });
  // Now, and not when one wakes up by itself.
  for (const row of stored.passivated.values()) {
    findMigration(row, { logic: registeredLogic(machine, row.src), migrations, path: `root/${row.id}` });
  }
  return root;
}

/** Loads the step results of effects that exist; erases those of effects that are gone. */
export function loadSteps(stored: StoredState, target: { steps: Steps; write: (operation: Operation) => void }): void {
  const passivatedEffects = new Set([...stored.passivated.values()].flatMap(row => row.effects ?? []));
  for (const { uid, name, result } of stored.steps) {
    if (stored.actors.has(uid)) target.steps.load(uid, name, result);
    else if (!passivatedEffects.has(uid)) target.write({ type: 'del', key: key.step(uid, name) });
  }
}

/**
 * Arms timers in the order of their deadlines: of those that passed while the system was closed, the earliest fires
 * first.
 */
export function rearmTimers(
  stored: StoredState,
  target: {
    actors: ActorRegistry;
    sleepers: Pick<Sleepers, 'has'>;
    timers: Timers;
    write: (operation: Operation) => void;
    clock: Clock;
  },
): void {
  const now = target.clock.now();
  const [, , , at] = lastCommit(stored);
  const stoppedAt = at ?? now;
  for (const { uid, id, row } of stored.timers.toSorted((a, b) => a.row.due - b.row.due)) {
    const source = target.actors.byUid(uid);
    const exists = (name: string) => target.actors.byUid(name) !== undefined || target.sleepers.has(name);
    const isValid = source !== undefined && (row.target === undefined || exists(row.target));
    if (!isValid) target.write({ type: 'del', key: key.timer(uid, id) });
    else target.timers.rearm(source, id, row, now - stoppedAt);
  }
}
