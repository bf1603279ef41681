import type { PlanRecord } from '../../model/plan.ts';

/** Nothing leads on from there: landed, cancelled, or a child that gave its parent what it has. */
export function isTerminal({ phase, state, depth }: Pick<PlanRecord, 'phase' | 'state' | 'depth'>): boolean {
  if (state === 'applied' || state === 'cancelled') return true;
  return depth > 0 && (state === 'errored' || (phase === 'execute' && state === 'complete'));
}

/** Goes on by itself, or would if its process had not ended. A plan nobody has begun has no ways yet. */
export function isRunning(
  record: Pick<PlanRecord, 'phase' | 'state' | 'depth' | 'resting' | 'availableCommands'>,
): boolean {
  return !record.resting && !isTerminal(record) && record.availableCommands.length > 0;
}
