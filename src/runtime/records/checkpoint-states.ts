/**
 * The machine's state at a checkpoint: the persisted snapshots of the plan's actor and of the actors below it, as the
 * commit that records the checkpoint stores them. Most checkpoints are made around calls of tools, between which almost
 * nothing changes, so a state is stored as its difference from an earlier state, the base:
 * - B1 a base and the states that depend on it are rows of the same plan; bases are kept as long as the plan;
 * - B2 a base is on disk before a state depends on it, or in the same batch;
 * - B3 when the differences together are larger than the base, the next state is a new base.
 */
import type { ReadActor } from '../../durable/api.ts';
import type { ActorSnapshot } from '../../durable/snapshot.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import { ascending } from '../../model/text-order.ts';
import type { Operation, Store } from '../../ports/store.ts';
import type { StampedEvent } from './event-rows.ts';
import { keys } from './keys.ts';

/** A state as a flat table: an actor under its uid, and each field of its context under `<uid>/<field>`. */
type Parts = Record<string, unknown>;

interface StateRow {
  /** The checkpoint whose state is the base. */
  base: string;
  /** Parts that the base does not have, or has with another value. */
  changed?: Parts;
  /** Parts that only the base has. */
  removed?: string[];
}

interface Base {
  checkpointId: string;
  /** The parts as JSON, for comparison. */
  parts: Map<string, string>;
  /** Characters that differences may still take before a new base is smaller. */
  remaining: number;
}

export interface CheckpointStates {
  /** Returns the rows that an event adds to its batch. */
  rowsFor(event: StampedEvent, readActor: ReadActor): Operation[];
  /** Drops what is in memory about a plan that rests or has ended. */
  forget(planId: string): void;
}

export function createCheckpointStates(): CheckpointStates {
  const bases = new Map<string, Base>();
  return {
    rowsFor(event, readActor) {
      if (event.type === 'checkpoint.deleted') {
        return [{ type: 'del', key: keys.checkpointState(event.planId, event.checkpointId) }];
      }
      if (event.type !== 'checkpoint.created') return [];
      const { planId } = event;
      const { checkpointId } = event.checkpoint;
      const state = readActor(`plan:${planId}`);
      if (state === undefined) return [];
      const parts = toParts(state);
      const base = bases.get(planId);
      const row = base && toDifference(base, parts);
      if (base === undefined || row === undefined) {
        bases.set(planId, toBase(checkpointId, parts));
        return [
          { type: 'put', key: keys.checkpointBase(planId, checkpointId), value: parts },
          { type: 'put', key: keys.checkpointState(planId, checkpointId), value: { base: checkpointId } },
        ];
      }
      return [{ type: 'put', key: keys.checkpointState(planId, checkpointId), value: row }];
    },
    forget(planId) {
      bases.delete(planId);
    },
  };
}

/** Returns the state of a plan's actor and of those below it at a checkpoint; null when the plan had no actor then. */
export async function readCheckpointState(
  store: Store,
  planId: string,
  checkpointId: string,
): Promise<ActorSnapshot | null> {
  const row = (await store.get(keys.checkpointState(planId, checkpointId))) as StateRow | undefined;
  if (row === undefined) return null;
  const { base, changed = {}, removed = [] } = row;
  const parts = (await store.get(keys.checkpointBase(planId, base))) as Parts;
  const kept = Object.entries(parts).filter(([name]) => !removed.includes(name));
  return fromParts({ ...Object.fromEntries(kept), ...changed });
}

function toBase(checkpointId: string, parts: Parts): Base {
  const texts = new Map(Object.entries(parts).map(([name, part]) => [name, JSON.stringify(part)]));
  return { checkpointId, parts: texts, remaining: JSON.stringify(parts).length };
}

/** Returns a state as its difference from the base; undefined when it is time for a new base. */
function toDifference(base: Base, parts: Parts): StateRow | undefined {
  const changed = Object.fromEntries(
    Object.entries(parts).filter(([name, part]) => JSON.stringify(part) !== base.parts.get(name)),
  );
  const removed = [...base.parts.keys()].filter(name => !(name in parts));
  base.remaining -= JSON.stringify([changed, removed]).length;
  if (base.remaining < 0) return undefined;
  return {
    base: base.checkpointId,
    ...(Object.keys(changed).length === 0 ? {} : { changed }),
    ...(removed.length === 0 ? {} : { removed }),
  };
}

type OwnPart = Omit<ActorSnapshot, 'children'> & { parent?: string };

function toParts(actor: ActorSnapshot, parent?: string): Parts {
  const { children = [], state, ...identity } = actor;
  const { context = {}, ...own } = 'value' in state ? state : { ...state, context: undefined };
  const part: OwnPart = { ...identity, ...omitUndefined({ parent }), state: own };
  const fields = Object.entries(context).map(([field, value]) => [`${actor.uid}/${field}`, value]);
  return Object.assign(
    { [actor.uid]: part, ...Object.fromEntries(fields) },
    ...children.map(child => toParts(child, actor.uid)),
  );
}

function fromParts(parts: Parts): ActorSnapshot {
  const actors = new Map<string, ActorSnapshot>();
  const parents = new Map<string, string | undefined>();
  for (const [name, part] of Object.entries(parts)) {
    if (name.includes('/')) continue;
    const { parent, ...actor } = part as OwnPart;
    actors.set(name, actor);
    parents.set(name, parent);
  }
  for (const [name, value] of Object.entries(parts)) {
    const slash = name.indexOf('/');
    const state = actors.get(name.slice(0, Math.max(slash, 0)))?.state;
    if (state !== undefined && 'value' in state) state.context = { ...state.context, [name.slice(slash + 1)]: value };
  }
  let top: ActorSnapshot | undefined;
  // An actor has a higher uid than its parent, and siblings are in the order of their start.
  for (const [uid, actor] of [...actors].sort(ascending(([key]) => key))) {
    const parent = actors.get(parents.get(uid) ?? '');
    if (parent === undefined) top = actor;
    else parent.children = [...(parent.children ?? []), actor];
  }
  return top as ActorSnapshot;
}
