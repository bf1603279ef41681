import * as z from 'zod';
import { agentSchemas, agentSession } from './agent.ts';
import { ApplyPreviewData, change, finding, hunk } from './apply.ts';
import { ConflictData } from './conflict.ts';
import { correction, correctionReport, strategyEdit } from './correction.ts';
import { invariantSchemas } from './invariant.ts';
import { maintenanceSchemas } from './maintenance.ts';
import { ownerSchemas } from './owner.ts';
import { ApprovalData, anyObject, commands, PlanData, phase, state, target } from './plan.ts';
import { workerSchemas } from './worker.ts';

/** Schemas of each command's `data` in the envelope. They are strict, so that a new key cannot appear unnoticed. */

const keyNames = z.array(z.string());
const adjacentValues = z.strictObject({
  child_plan_id: z.string(),
  path: z.string(),
  at: keyNames,
  ours: keyNames,
  theirs: keyNames,
});

export const SummaryData = z.strictObject({
  files: z.number().nullable(),
  insertions: z.number().nullable(),
  deletions: z.number().nullable(),
  subplans: z.strictObject({ complete: z.number(), total: z.number() }),
  checks: z.strictObject({ passed: z.number(), total: z.number() }),
  conflicts: z.number(),
});

const planResult = z.strictObject({ plan: PlanData, summary: SummaryData, next: commands });

/** With --json the lines are separate objects, and `lines` is empty. */
const LogsData = z.strictObject({
  plan_id: z.string(),
  printed: z.number(),
  lines: z.array(
    z.strictObject({
      type: z.literal('log'),
      at: z.string(),
      plan_id: z.string(),
      subplan: z.string().nullable(),
      step: z.string(),
      text: z.string(),
    }),
  ),
  dropped: z.number(),
});

/** The data of a command that continues in the background. */
const orDetached = (done: z.ZodType) =>
  z.union([done, z.strictObject({ plan: PlanData, pid: z.number(), log: z.string(), next: commands })]);

const TreeData = z.strictObject({
  /** The decision that spawned it; null for a root plan. */
  decision_id: z.string().nullable(),
  plan_id: z.string(),
  description: z.string(),
  phase,
  state,
  attempt: z.number(),
  /** Its number among the attempts at one goal; null if it is none of them. */
  attempt_number: z.number().nullable(),
  get children() {
    return z.array(TreeData);
  },
});

const decision = z.strictObject({
  decision_id: z.string(),
  plan_id: z.string(),
  parent_decision_id: z.string().nullable(),
  type: z.string(),
  question: z.string(),
  chosen_option: z.string(),
  alternatives: z.array(z.strictObject({ description: z.string(), reason: z.string() })),
  confidence: z.number(),
  rationale: z.string(),
  payload: anyObject,
  depends_on: z.array(z.string()),
  sequence: z.number(),
  context_snapshot: z.strictObject({
    tree_oid: z.string().nullable(),
    checkpoint_id: z.string().nullable(),
    actor_state_ref: z.string().nullable(),
  }),
  artifacts: z.array(z.string()),
  superseded_by: z.string().nullable(),
  created_at: z.string(),
});

const checkpoint = z.strictObject({
  checkpoint_id: z.string(),
  plan_id: z.string(),
  label: z.string().nullable(),
  trigger: z.string(),
  tool: z.string().nullable(),
  alias: z.string(),
  sandbox: z.string(),
  tree_oid: z.string(),
  ref: z.string(),
  decision_sequence: z.number(),
  created_at: z.string(),
});

const rollback = z.strictObject({
  dry_run: z.literal(true).optional(),
  rollback_summary: z.strictObject({
    plan: z.string(),
    checkpoint: z.string(),
    label: z.string().nullable(),
    files_reverted: z.number(),
  }),
  changes_reverted: z.array(z.strictObject({ file: z.string(), action: z.enum(['restored', 'removed']) })),
  impact: z.strictObject({
    child_plans_invalidated: z.array(z.string()),
    sandbox: z.string(),
    decisions_after_cp: z.number(),
    tool_calls_after_cp: z.number(),
  }),
  post_rollback_state: z.strictObject({ phase, state, checkpoints_remaining: z.number() }),
});

export const dataSchemas: Readonly<Record<string, z.ZodType>> = {
  init: z.strictObject({
    root: z.string(),
    store: z.string(),
    kind: z.enum(['git', 'directory']),
    file: z.string(),
    created: z.boolean(),
    /** The agent for goals, and the file that says so; null without --agent. */
    agent: z.strictObject({ name: z.string(), config: z.string() }).nullable(),
    next: commands,
  }),
  run: orDetached(planResult),
  help: anyObject,
  ui: z.strictObject({ plan_id: z.string().nullable(), at_work: z.array(z.string()), next: commands }),
  'plan use': orDetached(planResult),
  'plan execute': orDetached(planResult),
  'plan apply': z.union([
    planResult,
    z.strictObject({
      dry_run: z.literal(true),
      target,
      plan: PlanData,
      summary: SummaryData,
      preview: ApplyPreviewData,
    }),
  ]),
  'plan review': z.strictObject({ plan_id: z.string(), files: z.array(change.extend({ hunks: z.array(hunk) })) }),
  'plan reject': z.union([
    z.strictObject({ dry_run: z.literal(true), correction: correctionReport }),
    planResult.extend({ correction: correctionReport }),
  ]),
  'plan resolve': z.union([planResult, z.strictObject({ plan: PlanData, open: z.array(z.string()), next: commands })]),
  'plan approve': orDetached(planResult),
  'plan deny': orDetached(planResult),
  'plan answer': orDetached(planResult),
  'plan pause': planResult,
  'plan resume': orDetached(planResult),
  'plan revert': planResult,
  'plan rollback': rollback,
  'plan correct': z.union([
    z.strictObject({ dry_run: z.literal(true), correction: correctionReport }),
    planResult.extend({ correction: correctionReport }),
  ]),
  'plan edit': strategyEdit,
  'plan corrections': z.strictObject({ plan_id: z.string(), corrections: z.array(correction) }),
  'plan fork': orDetached(planResult),
  'plan checkpoint create': z.strictObject({ checkpoint }),
  'plan checkpoint list': z.strictObject({ plan_id: z.string(), checkpoints: z.array(checkpoint) }),
  'plan checkpoint show': z.strictObject({ checkpoint, state: anyObject, rollback: rollback.nullable() }),
  'plan checkpoint delete': z.strictObject({ plan_id: z.string(), deleted: z.string() }),
  'plan cancel': z.strictObject({ plan: PlanData }),
  'plan prompt': z.strictObject({ plan: PlanData, guidance: z.string() }),
  'plan status': z.strictObject({
    plan: PlanData,
    asks: z.array(ApprovalData),
    summary: SummaryData,
    reason: z.string(),
    next: commands,
  }),
  'plan list': z.strictObject({ plans: z.array(PlanData), asks: z.array(ApprovalData) }),
  'plan tree': z.strictObject({ tree: TreeData }),
  'plan explain': z.strictObject({
    plan: PlanData,
    decisions: z.array(decision),
    /** For each correctable decision, the others that its correction invalidates. */
    impact: z.array(z.strictObject({ decision_id: z.string(), invalidates: z.array(z.string()) })),
    /** Of its agents; the last one used last. */
    sessions: z.array(agentSession),
    reason: z.string(),
    next: commands,
  }),
  'plan diff': z.strictObject({
    plan_id: z.string(),
    files: z.array(change),
    findings: z.array(finding),
    /** With --merged-adjacent: small maps in which each side changed different values. */
    adjacent: z.array(adjacentValues).optional(),
    diff: z.string().nullable(),
  }),
  'plan conflicts': z.strictObject({ plan_id: z.string(), conflicts: z.array(ConflictData), next: commands }),
  'plan logs': LogsData,
  ...agentSchemas,
  ...ownerSchemas,
  ...workerSchemas,
  ...invariantSchemas,
  ...maintenanceSchemas,
};
