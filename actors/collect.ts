import type { DecisionDraft } from '../src/model/decision.ts';
import type { Invariant } from '../src/model/invariant.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import { provided } from './provided.ts';

const rank = { plan: 0, project: 1, global: 2 } as const;

/** Gathers the invariants in force and the decisions that say so. A child's were reconciled by its parent already. */
export const collect = provided('collect', async ({ input: { spec }, step }, world) => {
  const standing = spec.depth === 0 ? await world.ledger.standingInvariants() : [];
  const { effective, overridden } = reconcile([...spec.invariants, ...standing]);
  const decisions = await step('decisions', async () =>
    effective.map(invariant => enforced(spec, invariant, world.mintId())),
  );
  return { effective, conflictCount: overridden.length, decisions };
});

/** Precedence plan > project > global for invariants of the same text; a nonOverridable global one wins over all. */
export function reconcile(invariants: readonly Invariant[]): { effective: Invariant[]; overridden: Invariant[] } {
  const ordered = [...invariants].sort((left, right) => precedence(left) - precedence(right));
  const byText = new Map<string, Invariant>();
  const overridden: Invariant[] = [];
  for (const invariant of ordered) {
    const text = invariant.text.trim().toLowerCase();
    if (byText.has(text)) overridden.push(invariant);
    else byText.set(text, invariant);
  }
  return { effective: [...byText.values()], overridden };
}

function precedence(invariant: Invariant): number {
  return invariant.scope === 'global' && invariant.nonOverridable ? -1 : rank[invariant.scope];
}

function enforced(spec: PlanSpec, invariant: Invariant, decisionId: string): DecisionDraft {
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
    payload: { invariantId: invariant.invariantId, scope: invariant.scope, origin: invariant.origin },
    dependsOn: [],
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
  };
}
