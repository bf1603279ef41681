import * as z from 'zod';
import { StoredFaultShape } from './fault-shape.ts';
import { Id } from './id.ts';
import { Isolation } from './setup.ts';

export const MergeStrategy = z.enum(['threeWay', 'sequentialApply', 'failOnConflict', 'lastWins']);
export type MergeStrategy = z.infer<typeof MergeStrategy>;

export const ExecutionMode = z.enum(['sequential', 'parallel', 'dependencyOrdered']);
export type ExecutionMode = z.infer<typeof ExecutionMode>;

/** What becomes of a conflict without a person: nothing, one side always wins, or an agent is asked first. */
export const ConflictPolicy = z.enum(['manual', 'preferOurs', 'preferTheirs', 'actor']);
export type ConflictPolicy = z.infer<typeof ConflictPolicy>;

/** How the subplans of one plan are run. `maxParallel` caps concurrency only: the rest wait their turn. */
export const SubplanConfig = z.strictObject({
  executionMode: ExecutionMode.default('parallel'),
  maxParallel: z.number().int().min(1).max(50).default(5),
  mergeStrategy: MergeStrategy.default('threeWay'),
  conflictPolicy: ConflictPolicy.default('manual'),
  /** Where subplans work, unless one says otherwise. */
  isolation: Isolation.default('worktree'),
  failFast: z.boolean().default(false),
  /** Seconds one attempt may run, queue time not counted; null means no limit. */
  timeoutSeconds: z.number().positive().nullable().default(null),
  retryFailed: z.boolean().default(true),
  /** Retries after the first attempt: at most maxRetries + 1 attempts in all. */
  maxRetries: z.number().int().min(0).max(20).default(2),
  /** Milliseconds before the first retry; doubles each time, with jitter. */
  retryDelayMs: z.number().int().min(0).default(1000),
});
export type SubplanConfig = z.infer<typeof SubplanConfig>;

export const SubplanState = z.enum(['pending', 'running', 'complete', 'failed', 'cancelled']);
export type SubplanState = z.infer<typeof SubplanState>;

/** Where one child stands, as its parent keeps it. */
export const SubplanStatus = z.strictObject({
  planId: Id,
  decisionId: Id,
  goal: z.string(),
  state: SubplanState,
  /** From 1. */
  attempt: z.number().int().min(1),
  error: StoredFaultShape.nullable(),
  /** One entry per finished attempt that failed; `wasRetried` is false on the last. */
  attempts: z.array(z.strictObject({ attempt: z.number().int(), error: StoredFaultShape, wasRetried: z.boolean() })),
  /** The child's resulting tree, once complete. */
  treeOid: z.string().nullable(),
});
export type SubplanStatus = z.infer<typeof SubplanStatus>;
