import type { PlanContext } from './context.ts';
import type { ChildReport } from './protocol.ts';

/**
 * The chart's action `report`, to be enqueued before the change it is about is assigned. An extended setup does not give the
 * names of its base to the types of `enqueue`.
 */
export function report(change: Partial<PlanContext>): never {
  return { type: 'report', params: change } as never;
}

/** What a child tells its supervisor of a change that it makes; null when that is nothing new. */
export function reportOf(context: PlanContext, change: Partial<PlanContext>): ChildReport | null {
  const idle = isIdle({ ...context, ...change });
  if (context.spec.depth === 0 || idle === isIdle(context)) return null;
  return { type: idle ? 'child.waits' : 'child.goes' };
}

/** Nothing of the plan itself is at work: it waits for a person, for a turn, for a service, or for its subplans. */
function isIdle({ place, queue, approvals, waiting, grouped }: PlanContext): boolean {
  const rests = place.state === 'paused' || place.state === 'conflicted';
  return rests || grouped || Boolean(queue) || (approvals?.length ?? 0) > 0 || waiting !== null;
}
