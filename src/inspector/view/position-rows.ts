/** The positions of a plan's actors as rows of a list: at a checkpoint, or now. */
import type { ActorRecord } from '../state/actor-record.ts';
import type { ActorPosition } from '../state/events.ts';
import type { InspectorStore } from '../state/store.ts';
import { nameById } from './sequence.ts';
import { formatStateValue } from './states.ts';

export interface PositionRow {
  /** The ids of the actor and of those above it, so that the same actor has the same key at each checkpoint. */
  key: string;
  depth: number;
  name: string;
  /** Its state; the status of an effect. */
  state: string;
  actor: ActorPosition;
}

/** Returns an actor and those below it as rows. */
export function positionRows(plans: InspectorStore['plans'], actor: ActorPosition | null): PositionRow[] {
  const rows: PositionRow[] = [];
  const show = (actor: ActorPosition, depth: number, above: string) => {
    const key = `${above}/${actor.id}`;
    const state = actor.value === null ? actor.status : formatStateValue(actor.value);
    rows.push({ key, depth, name: nameById(plans, actor), state, actor });
    for (const child of actor.children) show(child, depth + 1, key);
  };
  if (actor !== null) show(actor, 0, '');
  return rows;
}

/** Returns the current positions of a plan's actor and of those below it; null while it does not run. */
export function currentPosition({ actors }: InspectorStore, planId: string): ActorPosition | null {
  const toPosition = ({ id, src, chart, now, children }: ActorRecord): ActorPosition => ({
    id,
    src,
    value: now.value,
    status: now.status,
    chart,
    children: children
      .flatMap(uid => actors.get(uid) ?? [])
      .filter(isRunning)
      .map(toPosition),
  });
  for (const actor of actors.values()) {
    if (actor.id === planId && actor.src === 'plan' && isRunning(actor)) return toPosition(actor);
  }
  return null;
}

const isRunning = ({ stoppedAs }: ActorRecord) => stoppedAs === null;
