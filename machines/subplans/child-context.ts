import type { SerializedError } from '../../src/model/errors.ts';
import type { Phase } from '../../src/model/plan.ts';
import type { SubplanState, SubplanStatus } from '../../src/model/subplan.ts';
import type { SubplanTree } from '../effects.ts';
import type { ChildInput } from './events.ts';

export interface ChildContext extends ChildInput {
  state: SubplanState;
  /** Counted from 1. */
  attempt: number;
  error: SerializedError | null;
  attempts: SubplanStatus['attempts'];
  child: SubplanTree | null;
  /** Whether the child reported that it is idle. */
  idle?: boolean;
  /** The child's slot in its group. */
  slot: 'none' | 'wanted' | 'held';
  /** The phase in which the last attempt ended. */
  lastPhase: Phase;
}

export function createChildContext(input: ChildInput): ChildContext {
  return {
    ...input,
    state: 'pending',
    attempt: 1,
    error: null,
    attempts: [],
    child: null,
    slot: 'none',
    lastPhase: 'strategize',
  };
}

export function subplanStatusOf({
  spec,
  decisionId,
  goal,
  state,
  attempt,
  error,
  attempts,
  child,
}: ChildContext): SubplanStatus {
  return { planId: spec.planId, decisionId, goal, state, attempt, error, attempts, treeOid: child?.treeOid ?? null };
}

/** Returns the actor id of the current attempt. */
export function attemptId({ spec, attempt }: Pick<ChildContext, 'spec' | 'attempt'>): string {
  return `${spec.planId}#${attempt}`;
}
