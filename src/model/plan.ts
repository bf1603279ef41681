import * as z from 'zod';
import { AgentRef } from './agent.ts';
import { AgentQueuePosition } from './agent-queue.ts';
import { AppliedPart, CommitTrailers, PostApplyHook, PostApplyHookResult } from './apply.ts';
import { Approval, ApprovalModes } from './approval.ts';
import { Budget, BudgetUsage, zeroUsage } from './budget.ts';
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

export const Phase = z.enum(['strategize', 'execute', 'apply']);
export type Phase = z.infer<typeof Phase>;

/** Where a plan stands within its phase; `applied` and `cancelled` are final. */
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
  /** The commit the plan is based on, for children that of their root; once a part of the plan landed, the one that holds it. */
  baseCommit: z.string(),
  /** What of the plan's own is in that commit; it may hold more, where the target had moved. */
  baseTree: z.string(),
  /** The branch checked out when the plan was made; null when HEAD was detached. */
  branch: z.string().nullable(),
  /** Where the project's files are in the tree of a plan on several; absent where they are the tree. */
  folder: z.string().optional(),
});
export type ProjectLink = z.infer<typeof ProjectLink>;

export const PlanActors = z.strictObject({
  strategy: AgentRef.nullable(),
  execution: AgentRef,
  estimation: AgentRef.nullable(),
  review: AgentRef.nullable(),
  apply: AgentRef.nullable(),
  /** Settles conflicts where an agent is to; null: whoever executes. */
  conflict: AgentRef.nullable(),
  /** null: reconciliation is off. */
  invariant: z.string().nullable(),
});
export type PlanActors = z.infer<typeof PlanActors>;

/** A checkpoint of another plan from which a plan begins. */
export const ForkPoint = z.strictObject({
  planId: Id,
  checkpointId: Id,
  /** The files it begins with. */
  treeOid: z.string(),
  /** What the other plan had recorded up to here is its past too. */
  sequence: z.number().int(),
  /** Children of the other plan are in the files already. */
  includesMerged: z.boolean(),
  /** Whether it takes over what the other plan had thought and done by then, or thinks for itself. */
  continues: z.boolean(),
});
export type ForkPoint = z.infer<typeof ForkPoint>;

/** What a plan is, fixed when it is made. The input of the plan machine. */
export const PlanSpec = z.strictObject({
  planId: Id,
  parentPlanId: Id.nullable(),
  rootPlanId: Id,
  depth: z.number().int().min(0),
  /** The goal, in one line. */
  description: z.string(),
  definitionOfDone: z.string(),
  /** More about the goal, for agents; a child has what of it is in its skeleton. @default none */
  longDescription: z.string().optional(),
  actionName: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  /** What the arguments are, for agents, by name; those without a description are absent. @default none */
  argumentDescriptions: z.record(z.string(), z.string()).optional(),
  /** Arguments that have a value which is not stored. @default none */
  secretArguments: z.array(z.string()).optional(),
  projectLinks: z.array(ProjectLink).min(1),
  automationProfile: z.string(),
  profileSnapshot: Profile,
  actors: PlanActors,
  /** Where relative modules and programs of the action are found. */
  actionDir: z.string(),
  invariants: z.array(Invariant),
  validations: z.array(Validation),
  subplanConfig: SubplanConfig,
  /** Globs or paths a child may change; empty means no limit. */
  resourceScopes: z.array(z.string()),
  readOnly: z.boolean(),
  reusable: z.boolean(),
  allowEmpty: z.boolean(),
  /** Its checks run although they passed before on the same files. @default false */
  recheck: z.boolean().optional(),
  /** Trailers of the commit that lands, unless who applies says otherwise. */
  commit: CommitTrailers.optional(),
  /** Run once a result has landed, unless who applies says otherwise. */
  afterApply: PostApplyHook.optional(),
  /** What its sandboxes get beside the files. */
  setup: Setup.optional(),
  checkout: Checkout.optional(),
  /** How it is kept apart from others; its own sandbox, a worktree, when nothing is said. */
  isolation: Isolation.optional(),
  /** The sandbox of its parent, in which it works when it has none of its own. */
  sandboxOf: z.string().nullable().optional(),
  budget: Budget,
  /** Consent settled beforehand; absent in plans of before there was any. */
  approvalModes: ApprovalModes.optional(),
  /** What it does where files of the checkout change while an agent works. @default report */
  checkoutGuard: CheckoutGuard.optional(),
  checkpoints: CheckpointConfig,
  executionEnvironment: ExecutionEnvironment,
  executionEnvPriority: ExecutionEnvPriority,
  depthMax: z.number().int().min(0),
  /** The decision that is the root of this plan's tree. */
  decisionRootId: Id,
  /** For a child: the decision of its parent that spawned it. */
  spawnDecisionId: Id.nullable(),
  /** For a child: fragments of the parent's context, within the ratio. */
  skeleton: z.array(z.string()),
  /** For a child that depends on siblings: their trees, folded into its base before it starts. */
  startsWith: z.array(z.strictObject({ planId: Id, baseTree: z.string(), treeOid: z.string() })),
  /** What people had said before it was made. */
  guidance: z.array(z.string()).default([]),
  /** Where it was forked from; null for most. */
  forkedFrom: ForkPoint.nullable().default(null),
  createdAt: z.string(),
});
export type PlanSpec = z.infer<typeof PlanSpec>;
/** As it may be written, before what is left out has its default. */
export type PlanSpecInput = z.input<typeof PlanSpec>;

/** Progress of a plan: everything about it that changes. All of it survives a restart. */
export const PlanProgress = z.strictObject({
  attempt: z.number().int().min(1),
  reversionCount: z.number().int().min(0),
  lastCompletedStep: z.number().int(),
  lastCheckpointId: z.string().nullable(),
  /** What people said, oldest first, and how many of it an agent has been told. */
  guidance: z.array(z.string()),
  guidanceDelivered: z.number().int().min(0),
  /** Lowest confidence among the strategy's decisions, 1 when there are none. */
  confidence: z.number(),
  /** The same by kind of decision; absent where nothing of the kind was decided. */
  confidenceByThreshold: z.partialRecord(ThresholdName, z.number()).optional(),
  sandbox: z.strictObject({ key: z.string(), path: z.string() }).nullable(),
  /** The tree the sandbox started from (base with startsWith folded in). */
  startTree: z.string().nullable(),
  /** The tree after the plan's own work, before children are merged; with what of them has landed. */
  workTree: z.string().nullable(),
  /** What a merge holds that came to rest, and whose work that is; absent where none did. */
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
  /** Of the last review of the result; absent in plans of before there were reviews. */
  findings: z.array(Finding).optional(),
  /** What the applyActor wrote for the commit, or why the default stays; null where none was asked. */
  commitMessage: z
    .strictObject({ message: CommitMessage.nullable(), error: SerializedErrorSchema.nullable() })
    .nullable()
    .optional(),
  toolCalls: z.number().int(),
  errorMessage: z.string().nullable(),
  /** Merged, never replaced. */
  errorDetails: z.record(z.string(), z.unknown()),
  error: SerializedErrorSchema.nullable(),
  /** What the plan waits out while it is at work; null when it does not. */
  waiting: RetryDelay.nullable(),
  /** Tool calls that wait for a person; absent in plans of before anybody was asked. */
  approvals: z.array(Approval).optional(),
  /**
   * Its leave to work among others: a root plan has one to execute, a subplan has one of its group. `wanted`: it could go on and
   * waits for one. Who waits for a person, a rate limit or an agent has none.
   */
  slot: z.enum(['none', 'wanted', 'held']).default('none'),
  /** It has subplans, and none of them is at work: each waits for something else than the others. */
  subplansWait: z.boolean().default(false),
  /** Why its agent has not begun although it could; null when that is not so. */
  queue: AgentQueuePosition.nullable().default(null),
  applyTarget: ApplyTarget.nullable(),
  applySummary: z
    .strictObject({
      target: ApplyTarget,
      commits: z.array(z.string()),
      files: z.array(z.string()),
      /** Parts of the result that were not chosen; absent where all of it landed. */
      left: z.array(z.string()).optional(),
      /** Files in the checkout with changes of the user's, which stayed as they were; absent where there were none. */
      uncommitted: z.array(z.string()).optional(),
      after: PostApplyHookResult.optional(),
    })
    .nullable(),
  /** Parts that landed before the rest, oldest first; absent in plans of before there were any. */
  landings: z.array(AppliedPart).optional(),
  cancelReason: z.string().nullable(),
  estimate: z.record(z.string(), z.unknown()).nullable(),
});
export type PlanProgress = z.infer<typeof PlanProgress>;

/** A plan as views show it: what it is, where it stands, how far it came. */
export const PlanRecord = PlanSpec.extend(PlanProgress.shape).extend({
  phase: Phase,
  state: PlanState,
  /** With what its children spent. */
  spent: BudgetUsage.default(zeroUsage),
  /** True when a person or a profile decides what is next. */
  resting: z.boolean(),
  /** The checks before a phase (preflight, invariants) are under way. */
  checking: z.boolean().default(false),
  /** Changes of the checkout while agents of it, or of its subplans, worked that nobody is shown to have made. */
  checkoutChanges: z.array(CheckoutChange).default([]),
  /** Commands that lead on from here. */
  availableCommands: z.array(z.string()),
  updatedAt: z.string(),
});
export type PlanRecord = z.infer<typeof PlanRecord>;
