/** The tools with which an agent decides, however it calls them. */
import type * as z from 'zod';
import { AgentDecisionMessage, AgentSubplanMessage } from '../../model/agent.ts';
import { Finding } from '../../model/review.ts';

export interface DecisionTool {
  name: string;
  description: string;
  input: z.ZodType;
}

/** Without the settings that a model rarely needs: their schemas are long. */
const SubplanToolInput = AgentSubplanMessage.pick({
  key: true,
  goal: true,
  resourceScopes: true,
  projectRef: true,
  parallel: true,
  dependsOn: true,
});

export const decisionTools = {
  decide: {
    name: 'decide',
    description: 'Record a decision: the question, the choice, and why.',
    input: AgentDecisionMessage,
  },
  subplan: {
    name: 'plan_subplan',
    description:
      'Ask for a subplan: a part of the goal that another agent does, in its own copy of the files. An error says what to change.',
    input: SubplanToolInput,
  },
  finding: {
    name: 'report_finding',
    description: 'Report one thing that is wrong with the changes under review.',
    input: Finding,
  },
} as const satisfies Record<string, DecisionTool>;
