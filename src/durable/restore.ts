/** From what the store holds to what is to be alive again. */
import type { AnyStateMachine } from 'xstate';
import { Fault } from '../model/fault.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation } from '../ports/store.ts';
import type { Actors } from './actors.ts';
import { type Image, lastCommit } from './image.ts';
import { key } from './keys.ts';
import { type Upcaster, upcast } from './migrate.ts';
import type { Steps } from './steps.ts';
import type { Timers } from './timers.ts';
import { type Branch, link, repairHint } from './tree.ts';

/**
 * The one tree of actors, brought to the present version.
 *
 * @throws {Fault} STORE_DAMAGED
 */
export function trunkOf(
  image: Image,
  options: { machine: AnyStateMachine; upcasters?: Readonly<Record<string, Upcaster>> },
): Branch {
  const { roots, orphans } = link(image.branches);
  const [trunk] = roots;
  if (trunk === undefined || roots.length > 1 || orphans.length > 0) {
    const found = `${roots.length} roots and ${orphans.length} actors without their parent`;
    throw new Fault('STORE_DAMAGED', `The store lost data: it holds ${found}.`, { hints: [repairHint] });
  }
  upcast(trunk, options.machine, options.upcasters);
  return trunk;
}

/** Results of steps whose effects are alive; those of effects that are gone are erased. */
export function recallSteps(image: Image, to: { steps: Steps; write: (operation: Operation) => void }): void {
  const sleeping = new Set([...image.sleepers.values()].flatMap(row => row.effects ?? []));
  for (const { uid, name, result } of image.steps) {
    if (image.branches.has(uid)) to.steps.load(uid, name, result);
    else if (!sleeping.has(uid)) to.write({ type: 'del', key: key.step(uid, name) });
  }
}

/** In order of their deadlines: of those that passed while nobody was there, the first fires first. */
export function rearm(
  image: Image,
  to: { actors: Actors; timers: Timers; write: (operation: Operation) => void; clock: Clock },
): void {
  const now = to.clock.now();
  const [, , , diedAt = now] = lastCommit(image);
  for (const { uid, id, row } of image.timers.toSorted((a, b) => a.row.due - b.row.due)) {
    const from = to.actors.byUid(uid);
    const known = from !== undefined && (row.to === undefined || to.actors.byUid(row.to) !== undefined);
    if (!known) to.write({ type: 'del', key: key.timer(uid, id) });
    else to.timers.rearm(from, id, row, now - diedAt);
  }
}
