import type { Board, Row } from './board.ts';
import { elapsed } from './elapsed.ts';
import { count } from './sentence.ts';

/**
 * How far a run came: `3 of 12 subplans done, about 0:40 left`. The time that is left is what the ones that are done took
 * on average, side by side as they ran; it is said once two are done. Empty where there are no subplans.
 */
export function howFar(board: Board, now: number): string {
  const subplans = [...board.values()].filter(({ parentPlanId }) => parentPlanId !== null);
  if (subplans.length === 0) return '';
  const done = subplans.filter(isOver).length;
  const text = `${done} of ${count(subplans.length, 'subplan')} done`;
  const left = subplans.length - done;
  const begun = Math.min(...subplans.flatMap(({ begun }) => begun ?? []));
  if (done < 2 || left === 0) return text;
  return `${text}, about ${elapsed(((now - begun) / done) * left)} left`;
}

function isOver({ phase, state }: Row): boolean {
  return state === 'cancelled' || state === 'errored' || (phase === 'execute' && state === 'complete');
}
