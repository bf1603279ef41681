import type { PlanRecord } from '../model/plan.ts';

/** Nothing leads on from there: landed, cancelled, or a child that gave its parent what it has. */
export function isEnded({ phase, state, depth }: Pick<PlanRecord, 'phase' | 'state' | 'depth'>): boolean {
  if (state === 'applied' || state === 'cancelled') return true;
  return depth > 0 && (state === 'errored' || (phase === 'execute' && state === 'complete'));
}

/** Goes on by itself, or would if its process had not ended. A plan nobody has begun has no ways yet. */
export function isAtWork(record: Pick<PlanRecord, 'phase' | 'state' | 'depth' | 'resting' | 'ways'>): boolean {
  return !record.resting && !isEnded(record) && record.ways.length > 0;
}
