import * as z from 'zod';
import { DecisionType, mayRecord } from '../../model/decision.ts';
import { TroupeError } from '../../model/errors.ts';
import { Id } from '../../model/id.ts';
import type { Tool } from '../../ports/tool.ts';

const Input = z.strictObject({
  question: z.string().min(1),
  chosenOption: z.string().min(1),
  alternatives: z.array(z.strictObject({ description: z.string().min(1), reason: z.string().default('') })).default([]),
  confidence: z.number().min(0).max(1).default(1),
  rationale: z.string().default(''),
  payload: z.record(z.string(), z.unknown()).default({}),
  dependsOn: z.array(Id).default([]),
  parentDecisionId: Id.optional(),
  /** @default strategy_choice in Strategize, implementation_choice afterwards */
  type: DecisionType.extract(['strategy_choice', 'resource_selection', 'implementation_choice']).optional(),
});
const Output = z.strictObject({ decisionId: Id });

/** Records a decision with its reasons. */
export const decideTool: Tool<z.output<typeof Input>, z.output<typeof Output>> = {
  name: 'builtin/decide',
  aliases: ['decide'],
  description: 'Record a decision: the question, the option chosen, and why.',
  input: Input,
  output: Output,
  sideEffects: [],
  async run({ parentDecisionId, type: asked, ...choice }, { plan, phase, mintId, decide }) {
    const type = asked ?? (phase === 'strategize' ? 'strategy_choice' : 'implementation_choice');
    if (!mayRecord(phase, type)) {
      throw new TroupeError('INVALID_DECISION', `A ${type} cannot be recorded in ${phase}`, { where: choice.question });
    }
    const decisionId = mintId();
    decide({
      ...choice,
      decisionId,
      planId: plan.planId,
      parentDecisionId: parentDecisionId ?? plan.decisionRootId,
      type,
      contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
      artifacts: [],
      supersededBy: null,
    });
    return { decisionId };
  },
};
