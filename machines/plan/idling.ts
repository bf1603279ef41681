/** Whether a plan is at work, and what its parent hears of it: for its clock, and for the slot that it holds while it is. */
import type { PlanContext } from './context.ts';
import type { ChildReport, GateRequest } from './protocol.ts';

/**
 * The chart's action `report`, to be enqueued before the change it is about is assigned. An extended setup does not give the
 * names of its base to the types of `enqueue`.
 */
export function report(change: Partial<PlanContext>): never {
  return { type: 'report', params: change } as never;
}

/** The chart's action `tellParent`. */
export function toParent(message: ChildReport | GateRequest): never {
  return { type: 'tellParent', params: message } as never;
}

/** What a child tells its supervisor of a change that it makes; null when that is nothing new. */
export function reportOf(context: PlanContext, change: Partial<PlanContext>): ChildReport | null {
  const idle = isIdle({ ...context, ...change });
  if (context.spec.depth === 0 || idle === isIdle(context)) return null;
  return { type: idle ? 'child.waits' : 'child.goes' };
}

/**
 * What a change does to the slot: one that waits gives it back, one that goes on wants one. null when it stays as it is. What
 * takes a plan back, or ends it, needs none.
 */
export function slotAfter(context: PlanContext, change: Partial<PlanContext>): 'none' | 'wanted' | null {
  if (!context.gated) return null;
  const next = { ...context, ...change };
  if (waits(next)) return next.slot === 'none' ? null : 'none';
  const isGoing = next.recall === null && next.rollback === null && next.correction === null;
  return next.slot === 'none' && isGoing && needsSlot(next) ? 'wanted' : null;
}

/** Only Execute of a root plan is limited; a subplan has one slot of its group from its start to its end. */
function needsSlot({ spec, place }: PlanContext): boolean {
  return spec.depth > 0 || (place.phase === 'execute' && place.state === 'processing');
}

/** Nothing of the plan itself is at work: it waits for a person, for a turn, for a service, or for its subplans. */
function isIdle(context: PlanContext): boolean {
  return context.grouped || context.slot === 'wanted' || waits(context);
}

/** Neither the plan nor anything below it is at work. */
export function waits({ place, queue, approvals, waiting, grouped, subplansWait }: PlanContext): boolean {
  const rests = place.state === 'paused' || place.state === 'conflicted';
  return rests || (grouped && subplansWait) || Boolean(queue) || (approvals?.length ?? 0) > 0 || waiting !== null;
}
