import * as z from 'zod';
import { SerializedErrorSchema } from './error-schema.ts';
import { Id } from './id.ts';
import { Isolation } from './setup.ts';

export const MergeStrategy = z.enum(['threeWay', 'sequentialApply', 'failOnConflict', 'lastWins']);
export type MergeStrategy = z.infer<typeof MergeStrategy>;

/** How a group is merged: as its action says, or, for attempts at one goal, one of them is chosen. */
export type GroupMerge = MergeStrategy | 'chooseOne';

export const ExecutionMode = z.enum(['sequential', 'parallel', 'dependencyOrdered']);
export type ExecutionMode = z.infer<typeof ExecutionMode>;

/** How conflicts are resolved automatically: not at all, always with one side, or by an agent first. */
export const ConflictPolicy = z.enum(['manual', 'preferOurs', 'preferTheirs', 'actor']);
export type ConflictPolicy = z.infer<typeof ConflictPolicy>;

/** How the subplans of one plan run. `maxParallel` limits concurrency only: the rest wait for a slot. */
export const SubplanConfig = z.strictObject({
  executionMode: ExecutionMode.default('parallel').meta({
    description: 'Whether subplans run one after the other, at the same time, or as their dependencies allow.',
  }),
  maxParallel: z
    .number()
    .int()
    .min(1)
    .max(50)
    .default(5)
    .meta({ description: 'Subplans that run at the same time; the others are queued.', examples: [3] }),
  mergeStrategy: MergeStrategy.default('threeWay').meta({ description: 'How their results are merged.' }),
  conflictPolicy: ConflictPolicy.default('manual').meta({
    description: 'What happens to a conflict: you resolve it, one side always wins, or the conflict agent tries first.',
  }),
  recursive: z.boolean().default(false).meta({
    description:
      'Whether the strategy agent also plans each subplan, which may split it again. If false it runs once, for the root plan.',
  }),
  isolation: Isolation.default('worktree').meta({
    description:
      'Where subplans work: in a worktree, in a copy without a repository, or in the sandbox of the parent, one at a time.',
  }),
  failFast: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether the first subplan that finally fails cancels the others.' }),
  timeoutSeconds: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .meta({
      description: 'Seconds one attempt may run; time in the queue is not counted. null: no limit.',
      examples: [900],
    }),
  retryFailed: z.boolean().default(true).meta({ description: 'Whether a failed subplan is tried again.' }),
  maxRetries: z
    .number()
    .int()
    .min(0)
    .max(20)
    .default(2)
    .meta({ description: 'Retries after the first attempt.', examples: [1] }),
  retryDelayMs: z
    .number()
    .int()
    .min(0)
    .default(1000)
    .meta({ description: 'Milliseconds before the first retry. It doubles each time, with jitter.', examples: [5000] }),
});
export type SubplanConfig = z.infer<typeof SubplanConfig>;

/** The configuration of a group that runs. */
export type GroupConfig = Omit<SubplanConfig, 'mergeStrategy'> & { mergeStrategy: GroupMerge };

export const SubplanState = z.enum(['pending', 'running', 'complete', 'failed', 'cancelled']);
export type SubplanState = z.infer<typeof SubplanState>;

/** The state of one child, as its parent stores it. */
export const SubplanStatus = z.strictObject({
  planId: Id,
  decisionId: Id,
  goal: z.string(),
  state: SubplanState,
  /** Counted from 1. */
  attempt: z.number().int().min(1),
  error: SerializedErrorSchema.nullable(),
  /** One entry per failed attempt; `wasRetried` is false on the last. */
  attempts: z.array(
    z.strictObject({ attempt: z.number().int(), error: SerializedErrorSchema, wasRetried: z.boolean() }),
  ),
  /** The child's resulting tree, once complete. */
  treeOid: z.string().nullable(),
});
export type SubplanStatus = z.infer<typeof SubplanStatus>;
