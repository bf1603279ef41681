import * as z from 'zod';
import { AgentRef } from './agent.ts';
import { AgentQueuePosition } from './agent-queue.ts';
import { AppliedPart, CommitTrailers, PostApplyHook, PostApplyHookResult } from './apply.ts';
import { Approval, ApprovalModes } from './approval.ts';
import { BestOf } from './best-of.ts';
import { Bisection } from './bisection.ts';
import { Budget, BudgetUsage } from './budget.ts';
import { ChangeSet } from './change.ts';
import { CheckoutChange, CheckoutGuard } from './checkout.ts';
import { CheckpointConfig } from './checkpoint.ts';
import { Conflict } from './conflict.ts';
import { ExecutionEnvironment, ExecutionEnvPriority } from './environment.ts';
import { SerializedErrorSchema } from './error-schema.ts';
import { Id } from './id.ts';
import { Invariant } from './invariant.ts';
import { Alias } from './name.ts';
import { Profile, ThresholdName } from './profile.ts';
import { RetryDelay } from './retry-delay.ts';
import { CommitMessage, Finding } from './review.ts';
import { Checkout, Isolation, Setup } from './setup.ts';
import { SubplanConfig, SubplanStatus } from './subplan.ts';
import { ApplyTarget } from './target.ts';
import { Validation, ValidationResult } from './validation.ts';
import { zeroUsage } from './zero-usage.ts';

/** The phases of a plan, in order. */
export const Phase = z.enum(['strategize', 'execute', 'apply']);
export type Phase = z.infer<typeof Phase>;

/** State of a plan within its phase; `applied` and `cancelled` are final. */
export const PlanState = z.enum([
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
export type PlanState = z.infer<typeof PlanState>;

/** A project as one plan sees it. */
export const ProjectLink = z.strictObject({
  alias: Alias,
  root: z.string(),
  kind: z.enum(['git', 'directory']),
  /**
   * The commit the plan is based on, for children that of their root; after a partial apply, the commit that contains
   * the part.
   */
  baseCommit: z.string(),
  /** The plan's own work in that commit; the commit may contain more if the target had moved. */
  baseTree: z.string(),
  /** The branch checked out when the plan was created; null when HEAD was detached. */
  branch: z.string().nullable(),
  /** Folder of the project's files in the tree of a plan on several projects; absent for a single project. */
  folder: z.string().optional(),
});
export type ProjectLink = z.infer<typeof ProjectLink>;

export const PlanActors = z.strictObject({
  strategy: AgentRef.nullable(),
  execution: AgentRef,
  estimation: AgentRef.nullable(),
  review: AgentRef.nullable(),
  apply: AgentRef.nullable(),
  /** Agent that resolves conflicts; null: the execution agent. */
  conflict: AgentRef.nullable(),
  /** null: reconciliation is off. */
  invariant: z.string().nullable(),
});
export type PlanActors = z.infer<typeof PlanActors>;

/** A checkpoint of another plan from which a plan starts. */
export const ForkPoint = z.strictObject({
  planId: Id,
  checkpointId: Id,
  /** The files it starts with. */
  treeOid: z.string(),
  /** Events of the other plan up to here belong to this plan's history too. */
  sequence: z.number().int(),
  /** Work of the other plan's children is already in the files. */
  includesMerged: z.boolean(),
  /** Whether it continues the other plan's strategy and work, or starts with its own strategy. */
  continues: z.boolean(),
});
export type ForkPoint = z.infer<typeof ForkPoint>;

/** The definition of a plan, fixed when it is created. Input of the plan machine. */
export const PlanSpec = z.strictObject({
  planId: Id,
  parentPlanId: Id.nullable(),
  rootPlanId: Id,
  depth: z.number().int().min(0),
  /** The goal, in one line. */
  description: z.string(),
  definitionOfDone: z.string(),
  /** More about the goal, for agents; a child has an excerpt in its skeleton. @default none */
  longDescription: z.string().optional(),
  actionName: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  /** Descriptions of arguments, for agents, by name; arguments without one are absent. @default none */
  argumentDescriptions: z.record(z.string(), z.string()).optional(),
  /** Arguments whose value is not stored. @default none */
  secretArguments: z.array(z.string()).optional(),
  projectLinks: z.array(ProjectLink).min(1),
  automationProfile: z.string(),
  profileSnapshot: Profile,
  actors: PlanActors,
  /** Folder against which relative modules and programs of the action are resolved. */
  actionDir: z.string(),
  invariants: z.array(Invariant),
  validations: z.array(Validation),
  subplanConfig: SubplanConfig,
  /** Parallel attempts at the goal. @default one */
  attempts: BestOf.optional(),
  /** The number of this attempt, from 1, when its siblings are attempts at the same goal. */
  attemptNumber: z.number().int().min(1).optional(),
  /** Globs or paths the plan may change; empty means no limit. */
  resourceScopes: z.array(z.string()),
  readOnly: z.boolean(),
  reusable: z.boolean(),
  allowEmpty: z.boolean(),
  /** Run validations even if they passed before on the same files. @default false */
  recheck: z.boolean().optional(),
  /** Trailers of the commit that apply creates, unless the apply command says otherwise. */
  commit: CommitTrailers.optional(),
  /** Runs after a result was applied, unless the apply command says otherwise. */
  afterApply: PostApplyHook.optional(),
  /** What its sandboxes get besides the files. */
  setup: Setup.optional(),
  checkout: Checkout.optional(),
  /** How it is isolated from others. @default its own sandbox, a worktree */
  isolation: Isolation.optional(),
  /** The parent's sandbox, when it works there instead of in its own. */
  sandboxOf: z.string().nullable().optional(),
  budget: Budget,
  /** Approvals decided in advance; absent means none. */
  approvalModes: ApprovalModes.optional(),
  /** What to do when files of the checkout change while an agent works. @default report */
  checkoutGuard: CheckoutGuard.optional(),
  checkpoints: CheckpointConfig,
  executionEnvironment: ExecutionEnvironment,
  executionEnvPriority: ExecutionEnvPriority,
  depthMax: z.number().int().min(0),
  /** The root of this plan's decision tree. */
  decisionRootId: Id,
  /** For a child: the decision of its parent that spawned it. */
  spawnDecisionId: Id.nullable(),
  /** For a child: excerpts of the parent's context, within the ratio. */
  skeleton: z.array(z.string()),
  /** For a child that depends on siblings: their trees, merged into its base before it starts. */
  startsWith: z.array(z.strictObject({ planId: Id, baseTree: z.string(), treeOid: z.string() })),
  /** Guidance given before the plan was created. */
  guidance: z.array(z.string()).default([]),
  /** The checkpoint it was forked from, if any. */
  forkedFrom: ForkPoint.nullable().default(null),
  createdAt: z.string(),
});
export type PlanSpec = z.infer<typeof PlanSpec>;
/** A plan spec as you may write it, before defaults are filled in. */
export type PlanSpecInput = z.input<typeof PlanSpec>;

/** Progress of a plan: everything that changes. All of it survives a restart. */
export const PlanProgress = z.strictObject({
  attempt: z.number().int().min(1),
  reversionCount: z.number().int().min(0),
  lastCompletedStep: z.number().int(),
  lastCheckpointId: z.string().nullable(),
  /** Guidance, oldest first, and how many entries agents have received. */
  guidance: z.array(z.string()),
  guidanceDelivered: z.number().int().min(0),
  /** Lowest confidence among the strategy's decisions, 1 when there are none. */
  confidence: z.number(),
  /** The same by kind of decision; kinds without decisions are absent. */
  confidenceByThreshold: z.partialRecord(ThresholdName, z.number()).optional(),
  sandbox: z.strictObject({ key: z.string(), path: z.string() }).nullable(),
  /** The tree the sandbox started from (base with startsWith merged in). */
  startTree: z.string().nullable(),
  /** The tree after the plan's own work, before children are merged, including the applied parts. */
  workTree: z.string().nullable(),
  /** The tree of a merge that stopped, and whose work it contains; absent when none did. */
  merged: z
    .strictObject({ treeOid: z.string(), planIds: z.array(z.string()) })
    .nullable()
    .optional(),
  /** The reviewed result. */
  resultTree: z.string().nullable(),
  changeSet: ChangeSet.nullable(),
  subplanStatuses: z.array(SubplanStatus),
  conflicts: z.array(Conflict),
  validationResults: z.array(ValidationResult),
  /** Which subplans make a required validation fail; null or absent if none fails, or if that was not searched. */
  bisection: Bisection.nullable().optional(),
  /** Findings of the last review of the result; absent without a review. */
  findings: z.array(Finding).optional(),
  /** The commit message from the applyActor, or why the default is used; null when none was requested. */
  commitMessage: z
    .strictObject({ message: CommitMessage.nullable(), error: SerializedErrorSchema.nullable() })
    .nullable()
    .optional(),
  toolCalls: z.number().int(),
  errorMessage: z.string().nullable(),
  /** New details are merged in, never replaced. */
  errorDetails: z.record(z.string(), z.unknown()),
  error: SerializedErrorSchema.nullable(),
  /** The delay that a working plan waits out; null when there is none. */
  waiting: RetryDelay.nullable(),
  /** Approvals of tool calls; absent when none was ever requested. */
  approvals: z.array(Approval).optional(),
  /**
   * Its execution slot: a root plan has one to execute, a subplan has one of its group. `wanted`: it is ready and
   * waits for one. A plan that waits for a person, a rate limit or an agent holds none.
   */
  slot: z.enum(['none', 'wanted', 'held']).default('none'),
  /** It has subplans, and none of them is working. */
  subplansWait: z.boolean().default(false),
  /** Why its agent has not started although it is ready; null when it has. */
  queue: AgentQueuePosition.nullable().default(null),
  applyTarget: ApplyTarget.nullable(),
  applySummary: z
    .strictObject({
      target: ApplyTarget,
      commits: z.array(z.string()),
      files: z.array(z.string()),
      /** Parts of the result that were not selected; absent when all of it was applied. */
      left: z.array(z.string()).optional(),
      /** Files in the checkout with your uncommitted changes, which are unchanged; absent when there are none. */
      uncommitted: z.array(z.string()).optional(),
      after: PostApplyHookResult.optional(),
    })
    .nullable(),
  /** Parts that were applied before the rest, oldest first; absent when there are none. */
  appliedParts: z.array(AppliedPart).optional(),
  cancelReason: z.string().nullable(),
  estimate: z.record(z.string(), z.unknown()).nullable(),
});
export type PlanProgress = z.infer<typeof PlanProgress>;

/** A plan as views show it: its spec, its state, its progress. */
export const PlanRecord = PlanSpec.extend(PlanProgress.shape).extend({
  phase: Phase,
  state: PlanState,
  /** Includes the usage of its children. */
  spent: BudgetUsage.default(zeroUsage),
  /** True when a person or a profile decides what comes next. */
  resting: z.boolean(),
  /** The checks before a phase (preflight, invariants) are running. */
  checking: z.boolean().default(false),
  /** Changes of the checkout while its agents, or those of its subplans, worked, without evidence of who made them. */
  checkoutChanges: z.array(CheckoutChange).default([]),
  /** Commands that are available in this state. */
  availableCommands: z.array(z.string()),
  updatedAt: z.string(),
});
export type PlanRecord = z.infer<typeof PlanRecord>;
