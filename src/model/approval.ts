import * as z from 'zod';
import { Id } from './id.ts';
import { ThresholdName } from './profile.ts';

/** What is done about one kind of tool in one phase: ask a person each time, let it go, or refuse it. */
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
 * Approvals decided in advance, by phase and kind of tool. What is left out is decided by the profile's thresholds. Strategize
 * is read-only and Apply calls no tools, so the kinds of calls that cannot be made there have no key.
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

/** How a question was answered. `withdrawn`: the work that asked is over, and nobody waits for the answer. */
export const ApprovalAnswer = z.strictObject({
  verdict: z.enum(['approved', 'denied', 'expired', 'withdrawn']),
  /** Holds for every later call of this tool, in this plan and its subplans; for no other plan. */
  always: z.boolean(),
  /** What the person said. */
  reason: z.string(),
});
export type ApprovalAnswer = z.infer<typeof ApprovalAnswer>;

/** A tool call that waits for a person, or did. */
export const Approval = z.strictObject({
  approvalId: Id,
  planId: Id,
  rootPlanId: Id,
  /** What the plan that asks is there for. */
  goal: z.string(),
  tool: z.string(),
  /** The call in words: `run npm install`, `write src/a.ts`. */
  words: z.string(),
  /** The folder it would work in, absolute. */
  folder: z.string(),
  /** What the tool would be given, as JSON; at most `inputMax` characters of it. */
  input: z.string(),
  /** The threshold that was not reached; for a call in Apply it may be `startApply`. */
  threshold: ThresholdName,
  confidence: z.number(),
  timeoutSeconds: z.number(),
  /** null: it waits. */
  answer: ApprovalAnswer.nullable(),
});
export type Approval = z.infer<typeof Approval>;

const inputMax = 2_000;

/** What a tool would be given, short enough to be shown. */
export function summarizeInput(input: unknown): string {
  const text = JSON.stringify(input) ?? 'null';
  return text.length <= inputMax ? text : `${text.slice(0, inputMax - 1)}…`;
}
