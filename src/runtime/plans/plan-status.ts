import type { PlanRecord } from '../../model/plan.ts';

/** Returns whether a plan is final: applied, cancelled, or a child that returned its result to its parent. */
export function isTerminal({ phase, state, depth }: Pick<PlanRecord, 'phase' | 'state' | 'depth'>): boolean {
  if (state === 'applied' || state === 'cancelled') return true;
  return depth > 0 && (state === 'errored' || (phase === 'execute' && state === 'complete'));
}

/**
 * Returns whether a plan continues by itself, or would if its process had not ended. A plan that was never started
 * has no available commands.
 */
export function isRunning(
  record: Pick<PlanRecord, 'phase' | 'state' | 'depth' | 'resting' | 'availableCommands'>,
): boolean {
  return !record.resting && !isTerminal(record) && record.availableCommands.length > 0;
}
