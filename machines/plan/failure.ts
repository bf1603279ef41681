/** Describes a plan's failure: the next commands from its position, and the details of the error. */

import type { SerializedError } from '../../src/model/errors.ts';
import { withPlanHints } from '../../src/model/hints.ts';
import type { PlanCommand } from '../effects.ts';
import { hasChanges, hasReversionsLeft, isResultValid } from './command-guards.ts';
import { errorOf, type PlanContext, type PlanPosition } from './context.ts';

export interface PlanFailure {
  error: SerializedError;
  /** All known details of this failure and the ones before; merged, never replaced. */
  details: Record<string, unknown>;
}

/** Returns the failure of a plan that stops at `place`. */
export function describeFailure(context: PlanContext, place: PlanPosition): PlanFailure {
  const { spec, attempt, errorDetails } = context;
  const error = withPlanHints(errorOf(context), spec.planId, nextCommandTypes(context, place));
  const { code, category, retriable, hints } = error;
  const own = { phase: place.phase, attempt, code, category, retriable, hints };
  return { error, details: { ...errorDetails, ...error.details, ...own } };
}

/** Returns the available commands, best first. A child has none: its parent decides. */
export function nextCommandTypes(context: PlanContext, { phase, state }: PlanPosition): PlanCommand['type'][] {
  if (context.spec.depth > 0) return [];
  // The cause is part of the plan itself, so it would fail again.
  if (context.error?.details?.frozen === true) return ['cancel'];
  if (state === 'paused') return ['resume'];
  const back: PlanCommand['type'][] = hasReversionsLeft(context) ? ['revert'] : [];
  if (state === 'conflicted') return ['resolve', ...back];
  if (phase === 'strategize') return state === 'errored' ? ['execute', ...back] : ['execute'];
  if (phase === 'execute' && state === 'errored') return ['execute', ...back];
  return isResultValid(context) && hasChanges(context) ? ['apply', ...back] : back;
}
