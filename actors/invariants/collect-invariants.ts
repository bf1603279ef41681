import type { DecisionDraft } from '../../src/model/decision.ts';
import type { Invariant } from '../../src/model/invariant.ts';
import { builtinInvariants, reconcileInvariants } from '../../src/model/invariant-precedence.ts';
import type { Phase, PlanSpec } from '../../src/model/plan.ts';
import { defineEffect } from '../define-effect.ts';

/** Collects the invariants in force and the decisions that record them. Those of a child were reconciled by its parent. */
export const collectInvariants = defineEffect(
  'collectInvariants',
  async ({ input: { spec, phase }, step }, services) => {
    const shared = spec.depth === 0 ? (await services.ledger.sharedInvariants()).filter(isOf(spec)) : [];
    const builtin = phase === 'apply' ? builtinInvariants : [];
    const { effective, overridden } = reconcileInvariants([...spec.invariants, ...shared, ...builtin]);
    const decisions = await step('decisions', async () =>
      effective.map(invariant => enforced({ spec, phase }, invariant, services.mintId())),
    );
    return { effective, conflictCount: overridden.length, decisions };
  },
);

/** Project and global invariants may name one project: they are in force when the plan works on it. */
function isOf({ projectLinks }: PlanSpec): (invariant: Invariant) => boolean {
  return ({ project }) => project === undefined || projectLinks.some(({ alias }) => alias === project);
}

function enforced(
  { spec, phase }: { spec: PlanSpec; phase: Phase },
  invariant: Invariant,
  decisionId: string,
): DecisionDraft {
  return {
    decisionId,
    planId: spec.planId,
    parentDecisionId: spec.decisionRootId,
    type: 'invariant_enforced',
    question: 'Which rule must hold at every phase boundary?',
    chosenOption: invariant.text,
    alternatives: [],
    confidence: 1,
    rationale: `In force at ${invariant.scope} level, first written in the ${invariant.origin}.`,
    payload: { invariantId: invariant.invariantId, scope: invariant.scope, origin: invariant.origin, phase },
    dependsOn: [],
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
  };
}
