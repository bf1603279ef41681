/** What a plan says of its failure: what to type next from where it rests, and the details that every failure has. */
import { advise } from '../../src/model/advice.ts';
import type { StoredFault } from '../../src/model/fault.ts';
import type { PlanCommand } from '../contract.ts';
import { faultOf, type Place, type PlanContext } from './context.ts';
import { guards } from './guards.ts';

export interface Failure {
  fault: StoredFault;
  /** Everything known of this failure and of those before it: merged, never replaced. */
  details: Record<string, unknown>;
}

/** The failure of a plan that comes to rest at `place`. */
export function failureAt(context: PlanContext, place: Place): Failure {
  const { spec, attempt, errorDetails } = context;
  const fault = advise(faultOf(context), spec.planId, waysOn(context, place));
  const { code, category, retriable, hints } = fault;
  const own = { phase: place.phase, attempt, code, category, retriable, hints };
  return { fault, details: { ...errorDetails, ...fault.details, ...own } };
}

/** What leads on from there, best first. A child is led on by its parent. */
function waysOn(context: PlanContext, { phase, state }: Place): PlanCommand['type'][] {
  if (context.spec.depth > 0) return [];
  // What was refused is part of the plan, and would be refused again.
  if (context.error?.details?.frozen === true) return ['cancel'];
  if (state === 'paused') return ['resume'];
  const back: PlanCommand['type'][] = guards.mayRevert({ context }) ? ['revert'] : [];
  if (state === 'conflicted') return ['resolve', ...back];
  if (phase === 'strategize') return state === 'errored' ? ['execute', ...back] : ['execute'];
  if (phase === 'execute' && state === 'errored') return ['execute', ...back];
  return guards.isSound({ context }) && guards.hasChanges({ context }) ? ['apply', ...back] : back;
}
