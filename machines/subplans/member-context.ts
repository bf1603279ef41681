import type { StoredFault } from '../../src/model/fault.ts';
import type { Phase } from '../../src/model/plan.ts';
import type { SubplanState, SubplanStatus } from '../../src/model/subplan.ts';
import type { ChildTree } from '../contract.ts';
import type { MemberInput } from './protocol.ts';

export interface MemberContext extends MemberInput {
  state: SubplanState;
  /** From 1. */
  attempt: number;
  error: StoredFault | null;
  attempts: SubplanStatus['attempts'];
  child: ChildTree | null;
  /** The child said that nothing of it is at work. Absent in what older versions stored. */
  idle?: boolean;
  /** Whether its group has given it a slot that it has not given back, and whether it has asked for one. */
  slot: 'none' | 'wanted' | 'held';
  /** The phase in which the last attempt ended. */
  endedIn: Phase;
}

export function freshMember(input: MemberInput): MemberContext {
  return {
    ...input,
    state: 'pending',
    attempt: 1,
    error: null,
    attempts: [],
    child: null,
    slot: 'none',
    endedIn: 'strategize',
  };
}

export function statusOf({
  spec,
  decisionId,
  goal,
  state,
  attempt,
  error,
  attempts,
  child,
}: MemberContext): SubplanStatus {
  return { planId: spec.planId, decisionId, goal, state, attempt, error, attempts, treeOid: child?.treeOid ?? null };
}

/** The actor id of the attempt at hand. */
export function attemptId({ spec, attempt }: Pick<MemberContext, 'spec' | 'attempt'>): string {
  return `${spec.planId}#${attempt}`;
}
