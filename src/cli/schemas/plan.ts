import * as z from 'zod';
import { applyExtras, finding } from './apply.ts';
import { HintData } from './hint.ts';

/** A plan in the output of commands. */

export const anyObject = z.record(z.string(), z.unknown());
export const commands = z.array(z.string());
export const phase = z.enum(['strategize', 'execute', 'apply']);
export const state = z.enum([
  'queued',
  'processing',
  'complete',
  'errored',
  'conflicted',
  'constrained',
  'paused',
  'applied',
  'cancelled',
]);
export const target = z.union([
  z.strictObject({ kind: z.literal('checkout'), root: z.string().optional(), branch: z.string().optional() }),
  z.strictObject({ kind: z.literal('branch'), branch: z.string() }),
  z.strictObject({ kind: z.literal('patch'), file: z.string(), overwrite: z.boolean().optional() }),
]);

export const error = z.strictObject({
  code: z.string(),
  category: z.string(),
  message: z.string(),
  where: z.string().optional(),
  hints: z.array(HintData),
  retriable: z.boolean(),
  details: anyObject.optional(),
});

/** The question of an agent; null for a call that needs approval. */
const question = z.strictObject({ text: z.string(), choices: z.array(z.string()) }).nullable();

export const PlanData = z.strictObject({
  plan_id: z.string(),
  parent_plan_id: z.string().nullable(),
  root_plan_id: z.string(),
  depth: z.number(),
  description: z.string(),
  definition_of_done: z.string(),
  action_name: z.string(),
  arguments: anyObject,
  phase,
  state,
  resting: z.boolean(),
  available_commands: z.array(z.string()),
  attempt: z.number(),
  /** Its number among the attempts at one goal; null if it is none of them. */
  attempt_number: z.number().nullable(),
  reversion_count: z.number(),
  automation_profile: z.string(),
  confidence: z.number(),
  read_only: z.boolean(),
  tool_calls: z.number(),
  /** Including subplans; null when no agent reported it. */
  spent: z.strictObject({
    tool_calls: z.number(),
    seconds: z.number(),
    tokens: z.number().nullable(),
    usd: z.number().nullable(),
  }),
  budget: z.strictObject({
    tool_calls: z.number().optional(),
    seconds: z.number().optional(),
    tokens: z.number().optional(),
    usd: z.number().optional(),
  }),
  last_completed_step: z.number(),
  last_checkpoint_id: z.string().nullable(),
  start_tree: z.string().nullable(),
  result_tree: z.string().nullable(),
  error: error.nullable(),
  error_message: z.string().nullable(),
  error_details: anyObject,
  /** Why its agent has not started although it is ready. */
  queue: z
    .discriminatedUnion('cap', [
      z.strictObject({ cap: z.enum(['agent', 'machine']), agent: z.string(), most: z.number(), ahead: z.number() }),
      z.strictObject({ cap: z.literal('workers'), agent: z.string(), reason: z.string() }),
    ])
    .nullish(),
  /** The delay of a working plan: a rate limit, or the time before a retry. */
  waiting: z
    .strictObject({
      error,
      tries: z.number(),
      tries_max: z.number(),
      wait_ms: z.number(),
      until: z.string().nullable(),
    })
    .nullable(),
  /** Guidance from users; `pending` until the next agent receives it. */
  guidance: z.array(z.strictObject({ text: z.string(), state: z.enum(['pending', 'delivered']) })),
  cancel_reason: z.string().nullable(),
  apply_summary: z
    .strictObject({
      target,
      commits: z.array(z.string()),
      files: z.array(z.string()),
      uncommitted: z.array(z.string()).optional(),
      ...applyExtras,
    })
    .nullable(),
  /** Parts that were applied before the rest, oldest first. */
  applied_parts: z.array(
    z.strictObject({
      apply_id: z.string(),
      target,
      commits: z.array(z.string()),
      files: z.array(z.string()),
      subplans: z.array(z.string()),
      ...applyExtras,
    }),
  ),
  created_at: z.string(),
  updated_at: z.string(),
  project_links: z.array(
    z.strictObject({
      alias: z.string(),
      root: z.string(),
      kind: z.enum(['git', 'directory']),
      base_commit: z.string(),
      base_tree: z.string(),
      branch: z.string().nullable(),
      folder: z.string().optional(),
    }),
  ),
  subplan_statuses: z.array(
    z.strictObject({
      plan_id: z.string(),
      goal: z.string(),
      state: z.enum(['pending', 'running', 'complete', 'failed', 'cancelled']),
      attempt: z.number(),
    }),
  ),
  validation_results: z.array(
    z.strictObject({
      name: z.string(),
      required: z.boolean(),
      passed: z.boolean(),
      exit_code: z.number().nullable(),
      output_digest: z.string(),
      duration_ms: z.number(),
      cached: z.boolean(),
    }),
  ),
  /** Which subplans make a required validation fail; null if none fails, or if that was not searched. */
  bisection: z
    .strictObject({
      validation: z.string(),
      outcome: z.enum(['found', 'base', 'unreproducible', 'undetermined']),
      subplans: z.array(z.strictObject({ plan_id: z.string(), goal: z.string() })),
      runs: z.number(),
    })
    .nullable(),
  /** Of the last review of the result. */
  findings: z.array(finding),
  /** Pending approvals of its own tool calls. */
  approvals: z.array(
    z.strictObject({
      approval_id: z.string(),
      question,
      tool: z.string(),
      input: z.string(),
      threshold: z.string().nullable(),
    }),
  ),
  /** Files of the checkout that changed while agents worked, without evidence that an agent changed them. */
  checkout_changes: z.array(z.strictObject({ plan_id: z.string(), files: z.array(z.string()), accepted: z.boolean() })),
  /** The result for each project of the plan. */
  projects: z.array(
    z.strictObject({
      alias: z.string(),
      root: z.string(),
      base_commit: z.string(),
      files: z.array(z.string()),
      checks: z.strictObject({ passed: z.number(), failed: z.number() }),
      commits: z.array(z.string()),
    }),
  ),
  conflicts: z.array(z.strictObject({ path: z.string(), kind: z.string() })),
  files: z.array(z.strictObject({ path: z.string(), operation: z.enum(['added', 'modified', 'deleted']) })),
  next: commands,
});

/** A pending approval of a plan or a subplan. */
export const ApprovalData = z.strictObject({
  approval_id: z.string(),
  plan_id: z.string(),
  root_plan_id: z.string(),
  goal: z.string(),
  tool: z.string(),
  words: z.string(),
  folder: z.string(),
  question,
});
