import type { SerializedError } from '../../src/model/errors.ts';
import type { Phase } from '../../src/model/plan.ts';
import type { SubplanState, SubplanStatus } from '../../src/model/subplan.ts';
import type { SubplanTree } from '../effects.ts';
import type { ChildInput } from './events.ts';

export interface ChildContext extends ChildInput {
  state: SubplanState;
  /** From 1. */
  attempt: number;
  error: SerializedError | null;
  attempts: SubplanStatus['attempts'];
  child: SubplanTree | null;
  /** The child said that nothing of it is at work. Absent in what older versions stored. */
  idle?: boolean;
  /** Whether its group has given it a slot that it has not given back, and whether it has asked for one. */
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

/** The actor id of the attempt at hand. */
export function attemptId({ spec, attempt }: Pick<ChildContext, 'spec' | 'attempt'>): string {
  return `${spec.planId}#${attempt}`;
}
