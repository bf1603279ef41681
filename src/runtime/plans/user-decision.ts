import type { DecisionDraft, DecisionType } from '../../model/decision.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { PlanHost } from './plan-host.ts';

/** The plan about which the user decides. */
interface DecidedPlan {
  host: Pick<PlanHost, 'mintId'>;
  planId: string;
  record(): Promise<PlanRecord>;
}

/** A decision of the user, below the root of the plan's decisions. */
export async function userDecision(
  { host, planId, record }: DecidedPlan,
  type: DecisionType,
  question: string,
  text: string,
): Promise<DecisionDraft> {
  const { decisionRootId, lastCheckpointId } = await record();
  return {
    decisionId: host.mintId(),
    planId,
    parentDecisionId: decisionRootId,
    type,
    question,
    chosenOption: text,
    alternatives: [],
    confidence: 1,
    rationale: 'Requested by the user',
    payload: {},
    dependsOn: [],
    contextSnapshot: { treeOid: null, checkpointId: lastCheckpointId, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
  };
}
