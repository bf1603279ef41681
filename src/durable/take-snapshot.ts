/**
 * Takes snapshots of running actors. A snapshot shows exactly what one commit made durable: actors are read in the tick in
 * which the batch is collected, recorded steps and passivated actors from the store when that batch is on disk and before
 * the next one is written.
 */
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { ActorEntry, ActorRegistry } from './actor-registry.ts';
import { toActorRow } from './actor-row.ts';
import type { ActorNode } from './actor-tree.ts';
import type { Committer } from './committer.ts';
import { key } from './keys.ts';
import type { PassivatedActorRows } from './passivated-rows.ts';
import type { Passivation } from './passivation.ts';
import type { PassivatedActor } from './sleepers.ts';
import {
  type ActorSnapshot,
  type StepSnapshot,
  type SystemSnapshot,
  snapshotFormat,
  type TimerSnapshot,
  toActorSnapshot,
  toTimerSnapshot,
} from './snapshot.ts';
import type { Steps } from './steps.ts';
import { parseStep } from './stored-state.ts';

export interface SnapshotSource {
  store: Store;
  storeId: () => string;
  clock: Clock;
  actors: ActorRegistry;
  committer: Committer;
  /** Number of the newest batch. */
  commit: () => number;
  steps: Steps;
  passivation: Passivation;
}

/** Resolves when everything in the snapshot is on disk. `find` is called when the batch is collected. */
export function takeSnapshot(
  source: SnapshotSource,
  find: () => ActorEntry | PassivatedActor,
): Promise<SystemSnapshot> {
  const { committer, clock, passivation, store, actors } = source;
  return committer.readAtNextCommit(() => {
    const found = find();
    const now = clock.now();
    const head = { format: snapshotFormat, store: source.storeId(), commit: source.commit(), at: now };
    if (!('ref' in found)) return async () => ({ ...head, actor: fromStoredRows(await passivation.read(found), now) });
    const { actor, withSteps } = readActors(found, { actors, steps: source.steps, now });
    const passivated = found.parent === undefined ? passivation.sleepers.list() : [];
    return async () => {
      for (const { effect, names } of withSteps) effect.steps = await readSteps(store, effect.uid, names);
      const rows = await Promise.all(passivated.map(each => passivation.read(each)));
      if (rows.length > 0) actor.passivated = rows.map(each => fromStoredRows(each, now));
      return { ...head, actor };
    };
  });
}

/**
 * Returns the state of an actor and of the actors below it now, without recorded results of steps, which only the store
 * has.
 */
export function readActor({ actors, steps, clock }: SnapshotSource, entry: ActorEntry): ActorSnapshot {
  return readActors(entry, { actors, steps, now: clock.now() }).actor;
}

interface ActorReading {
  actor: ActorSnapshot;
  /** Effects whose recorded results must still be read from the store. */
  withSteps: { effect: ActorSnapshot; names: ReadonlySet<string> }[];
}

function readActors(
  entry: ActorEntry,
  reader: Pick<SnapshotSource, 'actors' | 'steps'> & { now: number },
): ActorReading {
  const { actors, steps, now } = reader;
  const timers = [...(entry.timers ?? [])].map(([id, { row }]) => toTimerSnapshot(id, row, now));
  const actor = toActorSnapshot(entry.uid, toActorRow(entry.ref, entry.parent?.uid), timers);
  const names = steps.names(entry.uid);
  // The registry learns of new children when the batch is collected, which may be later.
  const children = Object.values(entry.ref.getSnapshot().children ?? {});
  const entries = children.flatMap(child => (child && actors.entryOf(child)) ?? []);
  const below = entries.map(child => readActors(child, reader));
  if (below.length > 0) actor.children = below.map(child => child.actor);
  const own = names.size === 0 ? [] : [{ effect: actor, names: new Set(names) }];
  return { actor, withSteps: [...own, ...below.flatMap(child => child.withSteps)] };
}

async function readSteps(store: Store, uid: string, names: ReadonlySet<string>): Promise<StepSnapshot[]> {
  const steps: StepSnapshot[] = [];
  for await (const [at, value] of store.entries(key.step(uid, ''))) {
    const { name, result } = parseStep(at, value);
    if (names.has(name)) steps.push({ name, result });
  }
  return steps;
}

/** A passivated actor as it would be if it were active. */
function fromStoredRows({ node, timers, steps }: PassivatedActorRows, now: number): ActorSnapshot {
  const toSnapshot = ({ uid, row, children }: ActorNode): ActorSnapshot => {
    const waiting: TimerSnapshot[] = timers
      .filter(timer => timer.uid === uid)
      .map(timer => toTimerSnapshot(timer.id, timer.row, now));
    const recorded = steps.filter(step => step.uid === uid).map(({ name, result }) => ({ name, result }));
    const below = [...children.values()].map(toSnapshot);
    return {
      ...toActorSnapshot(uid, row, waiting),
      ...(recorded.length === 0 ? {} : { steps: recorded }),
      ...(below.length === 0 ? {} : { children: below }),
    };
  };
  return toSnapshot(node);
}
