import type { ActorRecord } from './actor-record.ts';
import type { ActorState, StateDelta } from './events.ts';

/** Returns the state of an actor after a step. */
export function applyStateDelta(before: ActorState, { set, unset, ...step }: StateDelta): ActorState {
  const after: ActorState = { ...before, ...step };
  if (set === undefined && unset === undefined) return after;
  const context = { ...before.context, ...set };
  for (const key of unset ?? []) delete context[key];
  return { ...after, context };
}

/** Returns the state of an actor after the log entry with this index; -1 is before the first. */
export function stateAfter({ base, log }: ActorRecord, index: number): ActorState {
  let state = base;
  for (const entry of log.slice(0, index + 1))
    if (entry.type === 'transitioned') state = applyStateDelta(state, entry.delta);
  return state;
}

export interface Difference {
  /** `context.steps.3.name` */
  path: string;
  before: unknown;
  after: unknown;
}

/** Returns the differences between two plain values, depth first, at most `max`. */
export function differences(before: unknown, after: unknown, { path = '', max = 200 } = {}): Difference[] {
  if (Object.is(before, after)) return [];
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [{ path, before, after }];
  }
  const found: Difference[] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (found.length >= max) break;
    const inner = path === '' ? key : `${path}.${key}`;
    found.push(...differences(before[key], after[key], { path: inner, max: max - found.length }));
  }
  return found;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
