import type { MergedSubplans } from '../effects.ts';
import { appliedPlanIds, type PlanContext, requireTree } from './context.ts';

/** Returns what a plan merges: its own work, and the results of its subplans that were not applied. */
export function mergedSubplans(context: PlanContext): MergedSubplans {
  const applied = appliedPlanIds(context);
  return {
    ours: requireTree(context, 'workTree'),
    children: context.results.filter(({ planId }) => !applied.includes(planId)),
    strategy: context.mergeStrategy,
  };
}
