import { formatDuration } from '../../presentation/duration.ts';
import type { ActivityByPlan, PlanActivity } from '../../presentation/plan-activity.ts';
import { pluralize } from '../../presentation/units.ts';

/**
 * Returns the progress of a run: `3 of 12 subplans done, about 0:40 left`. The remaining time is estimated from the
 * average of the completed ones, including their parallelism, once two are done. Empty without subplans.
 */
export function progressWithEta(board: ActivityByPlan, now: number): string {
  const subplans = [...board.values()].filter(({ parentPlanId }) => parentPlanId !== null);
  if (subplans.length === 0) return '';
  const done = subplans.filter(isFinished).length;
  const text = `${done} of ${pluralize(subplans.length, 'subplan')} done`;
  const left = subplans.length - done;
  const firstStart = Math.min(...subplans.flatMap(({ startedAt }) => startedAt ?? []));
  if (done < 2 || left === 0) return text;
  return `${text}, about ${formatDuration(((now - firstStart) / done) * left)} left`;
}

function isFinished({ phase, state }: PlanActivity): boolean {
  return state === 'cancelled' || state === 'errored' || (phase === 'execute' && state === 'complete');
}
