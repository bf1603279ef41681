import * as z from 'zod';
import { Id } from './id.ts';
import { ThresholdName } from './profile.ts';
import { AgentQuestion } from './question.ts';

/** What to do about one kind of tool in one phase: ask a person each time, allow the call, or refuse it. */
export const ApprovalMode = z.enum(['ask', 'auto', 'deny']);
export type ApprovalMode = z.infer<typeof ApprovalMode>;

const InStrategize = z.strictObject({
  spawnSubplans: ApprovalMode.optional().meta({
    description:
      'Tools that create subplans. `auto`: the threshold `spawnSubplans` of the profile does not hold the plan before Execute.',
  }),
});

const InExecute = z.strictObject({
  writeFiles: ApprovalMode.optional().meta({ description: 'Tools that write files.' }),
  runCommands: ApprovalMode.optional().meta({ description: 'Tools that run programs.' }),
  spawnSubplans: ApprovalMode.optional().meta({ description: 'Tools that create subplans.' }),
});

/**
 * Approvals decided in advance, by phase and kind of tool. For omitted ones the profile's thresholds decide.
 * Strategize is read-only and Apply calls no tools, so kinds of calls that cannot happen there have no key.
 */
export const ApprovalModes = z.strictObject({
  strategize: InStrategize.optional().meta({ description: 'Tool calls in Strategize.' }),
  execute: InExecute.optional().meta({ description: 'Tool calls in Execute.' }),
  timeoutSeconds: z
    .number()
    .positive()
    .max(86_400)
    .default(43_200)
    .meta({ description: 'Seconds a call waits for your answer. Then it is denied.', examples: [3600] }),
});
export type ApprovalModes = z.infer<typeof ApprovalModes>;

/** The answer to an approval. `answered`: a question got `text`; `withdrawn`: the work that requested it has ended. */
export const ApprovalAnswer = z.strictObject({
  verdict: z.enum(['approved', 'denied', 'answered', 'expired', 'withdrawn']),
  /** The answer to a question. */
  text: z.string().optional(),
  /** Applies to every later call of this tool, in this plan and its subplans only. */
  always: z.boolean(),
  /** The reason the person gave. */
  reason: z.string(),
});
export type ApprovalAnswer = z.infer<typeof ApprovalAnswer>;

/** A tool call that waits, or waited, for your answer. */
export const Approval = z.strictObject({
  approvalId: Id,
  planId: Id,
  rootPlanId: Id,
  /** The goal of the plan that requests it. */
  goal: z.string(),
  tool: z.string(),
  /** The call as text: `run npm install`, `write src/a.ts`; or the question with its choices. */
  words: z.string(),
  /** The folder the call would work in, absolute. */
  folder: z.string(),
  /** The tool's input as JSON, at most `inputMax` characters. */
  input: z.string(),
  /** The threshold that was not reached; for a call in Apply it may be `startApply`. null for a question. */
  threshold: ThresholdName.nullable(),
  /** The question that needs an answer. @default none: a call needs approval */
  question: AgentQuestion.optional(),
  confidence: z.number(),
  timeoutSeconds: z.number(),
  /** null: pending. */
  answer: ApprovalAnswer.nullable(),
});
export type Approval = z.infer<typeof Approval>;

const inputMax = 2_000;

/** Returns the input of a tool, short enough to display. */
export function summarizeInput(input: unknown): string {
  const text = JSON.stringify(input) ?? 'null';
  return text.length <= inputMax ? text : `${text.slice(0, inputMax - 1)}…`;
}
