import { formatElapsed } from '../../presentation/elapsed.ts';
import type { ActivityByPlan, PlanActivity } from '../../presentation/plan-activity.ts';
import { pluralize } from '../../presentation/units.ts';

/**
 * How far a run came: `3 of 12 subplans done, about 0:40 left`. The time that is left is what the ones that are done took
 * on average, side by side as they ran; it is said once two are done. Empty where there are no subplans.
 */
export function progressWithEta(board: ActivityByPlan, now: number): string {
  const subplans = [...board.values()].filter(({ parentPlanId }) => parentPlanId !== null);
  if (subplans.length === 0) return '';
  const done = subplans.filter(isFinished).length;
  const text = `${done} of ${pluralize(subplans.length, 'subplan')} done`;
  const left = subplans.length - done;
  const begun = Math.min(...subplans.flatMap(({ startedAt }) => startedAt ?? []));
  if (done < 2 || left === 0) return text;
  return `${text}, about ${formatElapsed(((now - begun) / done) * left)} left`;
}

function isFinished({ phase, state }: PlanActivity): boolean {
  return state === 'cancelled' || state === 'errored' || (phase === 'execute' && state === 'complete');
}
