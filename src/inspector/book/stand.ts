import type { ActorEntry } from './book.ts';
import type { Stand, Step } from './item.ts';

/** Where an actor stands after a step. */
export function stepped(stand: Stand, { set, unset, ...step }: Step): Stand {
  const after: Stand = { ...stand, ...step };
  if (set === undefined && unset === undefined) return after;
  const context = { ...stand.context, ...set };
  for (const key of unset ?? []) delete context[key];
  return { ...after, context };
}

/** Where an actor stood after the entry of its log with this index; -1 is before the first. */
export function standAfter({ base, log }: ActorEntry, index: number): Stand {
  let stand = base;
  for (const entry of log.slice(0, index + 1)) if (entry.type === 'moved') stand = stepped(stand, entry.step);
  return stand;
}

export interface Difference {
  /** `context.steps.3.name` */
  path: string;
  before: unknown;
  after: unknown;
}

/** What is different between two plain values, deepest first found, at most `max` of it. */
export function differences(before: unknown, after: unknown, { path = '', max = 200 } = {}): Difference[] {
  if (Object.is(before, after)) return [];
  if (!isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after)) {
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

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
