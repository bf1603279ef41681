/** Reports whether a plan is working to its parent, which uses it for the time limit and the execution slot. */

import type { ChildActivityEvent } from '../../subplans/activity-events.ts';
import type { PlanContext } from '../context.ts';

/** Returns the event a child sends to its supervisor when a change makes it idle or busy; null when nothing changes. */
export function activityChangeEvent(context: PlanContext, change: Partial<PlanContext>): ChildActivityEvent | null {
  const idle = isIdle({ ...context, ...change });
  if (context.spec.depth === 0 || idle === isIdle(context)) return null;
  return { type: idle ? 'child.idle' : 'child.busy' };
}

/**
 * Returns the effect of a change on the slot: a plan that waits releases it, a plan that continues requests one. null
 * when the slot stays. A rollback or the end of a plan needs no slot.
 */
export function slotAfterChange(context: PlanContext, change: Partial<PlanContext>): 'none' | 'wanted' | null {
  if (!context.usesSlots) return null;
  const next = { ...context, ...change };
  if (isWaiting(next)) return next.slot === 'none' ? null : 'none';
  const continues = next.stopReason === null && next.rollback === null && next.correction === null;
  return next.slot === 'none' && continues && holdsSlotAtWork(next) ? 'wanted' : null;
}

/** Only Execute of a root plan needs a slot; a subplan holds one slot of its group from start to end. */
function holdsSlotAtWork({ spec, position }: PlanContext): boolean {
  return spec.depth > 0 || (position.phase === 'execute' && position.state === 'processing');
}

/** The plan itself is not working: it waits for a person, a slot, a service, or its subplans. */
function isIdle(context: PlanContext): boolean {
  return context.subplansRunning || context.slot === 'wanted' || isWaiting(context);
}

/** Neither the plan nor its subplans are working. */
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
