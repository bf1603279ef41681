/** The tools with which an agent decides, asks, and saves its work, however it calls them. */
import type * as z from 'zod';
import { AgentDecisionMessage, AgentSubplanMessage } from '../../model/agent.ts';
import { Finding } from '../../model/review.ts';
import { AskPersonInput } from '../tools/ask-person.ts';
import { CheckpointInput } from '../tools/checkpoint.ts';

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
  checkpoint: {
    name: 'checkpoint',
    description:
      'Save the files as they are now under a label. A person can go back to them, and fork the work from there.',
    input: CheckpointInput,
  },
  question: {
    name: 'ask_person',
    description:
      'Ask the person a question, with choices if there are some, and wait for the answer. Ask only what you cannot find out and what changes your work. Without an answer, decide yourself.',
    input: AskPersonInput,
  },
} as const satisfies Record<string, DecisionTool>;
