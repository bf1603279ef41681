import * as z from 'zod';
import { Id } from '../../model/id.ts';
import { Finding, findingLocation } from '../../model/review.ts';
import type { Tool } from '../../ports/tool.ts';

const Output = z.strictObject({ decisionId: Id });

/** Records a finding of a reviewer, as a decision of the plan. */
export const findingTool: Tool<Finding, z.output<typeof Output>> = {
  name: 'builtin/finding',
  aliases: ['finding'],
  description: 'As the reviewer: report one thing that is wrong with the result, and whether it blocks.',
  input: Finding,
  output: Output,
  sideEffects: ['report_finding'],
  async run(finding, { plan, mintId, decide }) {
    const decisionId = mintId();
    decide({
      decisionId,
      planId: plan.planId,
      parentDecisionId: plan.decisionRootId,
      type: 'validation_response',
      question: `Review of ${findingLocation(finding)}: ${finding.severity}`,
      chosenOption: finding.text.trim(),
      alternatives: [],
      confidence: 1,
      rationale: 'Found by the reviewActor.',
      payload: { finding },
      dependsOn: [],
      contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
      artifacts: [],
      supersededBy: null,
    });
    return { decisionId };
  },
};
