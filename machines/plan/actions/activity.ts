/** Whether a plan is at work, and what its parent hears of it: for its clock, and for the slot that it holds while it is. */
import type { PlanContext } from '../context.ts';
import type { ChildActivityEvent, SlotEvent } from '../events.ts';

/**
 * The chart's action `reportActivity`, to be enqueued before the change it is about is assigned. An extended setup does
 * not give the names of its base to the types of `enqueue`.
 */
export function reportActivity(change: Partial<PlanContext>): never {
  return { type: 'reportActivity', params: change } as never;
}

/** The chart's action `sendToParent`. */
export function sendToParent(message: ChildActivityEvent | SlotEvent): never {
  return { type: 'sendToParent', params: message } as never;
}

/** What a child tells its supervisor of a change that it makes; null when that is nothing new. */
export function activityEventOf(context: PlanContext, change: Partial<PlanContext>): ChildActivityEvent | null {
  const idle = isIdle({ ...context, ...change });
  if (context.spec.depth === 0 || idle === isIdle(context)) return null;
  return { type: idle ? 'child.idle' : 'child.busy' };
}

/**
 * What a change does to the slot: one that waits gives it back, one that goes on wants one. null when it stays as it is. What
 * takes a plan back, or ends it, needs none.
 */
export function slotAfterChange(context: PlanContext, change: Partial<PlanContext>): 'none' | 'wanted' | null {
  if (!context.usesSlots) return null;
  const next = { ...context, ...change };
  if (isWaiting(next)) return next.slot === 'none' ? null : 'none';
  const continues = next.stopReason === null && next.rollback === null && next.correction === null;
  return next.slot === 'none' && continues && holdsSlotAtWork(next) ? 'wanted' : null;
}

/** Only Execute of a root plan is limited; a subplan has one slot of its group from its start to its end. */
function holdsSlotAtWork({ spec, position }: PlanContext): boolean {
  return spec.depth > 0 || (position.phase === 'execute' && position.state === 'processing');
}

/** Nothing of the plan itself is at work: it waits for a person, for a turn, for a service, or for its subplans. */
function isIdle(context: PlanContext): boolean {
  return context.subplansRunning || context.slot === 'wanted' || isWaiting(context);
}

/** Neither the plan nor anything below it is at work. */
export function isWaiting({
  position,
  queue,
  approvals,
  waiting,
  subplansRunning,
  subplansWait,
}: PlanContext): boolean {
  const rests = position.state === 'paused' || position.state === 'conflicted';
  return (
    rests || (subplansRunning && subplansWait) || Boolean(queue) || (approvals?.length ?? 0) > 0 || waiting !== null
  );
}
