/** What a plan says of its failure: what to type next from where it rests, and the details that every failure has. */

import type { SerializedError } from '../../src/model/errors.ts';
import { withPlanHints } from '../../src/model/hints.ts';
import type { PlanCommand } from '../effects.ts';
import { errorOf, type PlanContext, type PlanPosition } from './context.ts';
import { guards } from './guards.ts';

export interface PlanFailure {
  error: SerializedError;
  /** Everything known of this failure and of those before it: merged, never replaced. */
  details: Record<string, unknown>;
}

/** The failure of a plan that comes to rest at `place`. */
export function describeFailure(context: PlanContext, place: PlanPosition): PlanFailure {
  const { spec, attempt, errorDetails } = context;
  const error = withPlanHints(errorOf(context), spec.planId, nextCommandTypes(context, place));
  const { code, category, retriable, hints } = error;
  const own = { phase: place.phase, attempt, code, category, retriable, hints };
  return { error, details: { ...errorDetails, ...error.details, ...own } };
}

/** What leads on from there, best first. A child is led on by its parent. */
function nextCommandTypes(context: PlanContext, { phase, state }: PlanPosition): PlanCommand['type'][] {
  if (context.spec.depth > 0) return [];
  // What was refused is part of the plan, and would be refused again.
  if (context.error?.details?.frozen === true) return ['cancel'];
  if (state === 'paused') return ['resume'];
  const back: PlanCommand['type'][] = guards.mayRevert({ context }) ? ['revert'] : [];
  if (state === 'conflicted') return ['resolve', ...back];
  if (phase === 'strategize') return state === 'errored' ? ['execute', ...back] : ['execute'];
  if (phase === 'execute' && state === 'errored') return ['execute', ...back];
  return guards.isResultValid({ context }) && guards.hasChanges({ context }) ? ['apply', ...back] : back;
}
