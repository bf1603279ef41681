import type { PlanRecord } from '../index.ts';
import { pluralize } from './units.ts';

/** Returns whether a plan should be working. If no process has its store open, its process ended. */
export function isInProgress({ resting, state }: PlanRecord): boolean {
  return !resting && state !== 'applied' && state !== 'cancelled';
}

/** Describes a plan's progress in its phase: `execute, after step 2, 1 of 3 subplans complete`. */
export function progressText({ phase, lastCompletedStep, subplanStatuses }: PlanRecord): string {
  const complete = subplanStatuses.filter(({ state }) => state === 'complete').length;
  return [
    phase,
    ...(phase === 'execute' && lastCompletedStep >= 0 ? [`after step ${lastCompletedStep + 1}`] : []),
    ...(subplanStatuses.length > 0 ? [`${complete} of ${pluralize(subplanStatuses.length, 'subplan')} complete`] : []),
  ].join(', ');
}
