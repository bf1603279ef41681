import * as z from 'zod';
import { Id } from './id.ts';

export const CheckpointTrigger = z.enum([
  'preExecute',
  'postExecute',
  'preApply',
  'postApply',
  'beforeToolExecute',
  'afterToolExecute',
  'onSubplanSpawn',
  'onError',
  'manual',
  'beforeRollback',
  'beforeCorrection',
  'afterInterruption',
]);
export type CheckpointTrigger = z.infer<typeof CheckpointTrigger>;

/** Which automatic checkpoints to create, besides those before and after Execute and before Apply, and how many to keep. */
export const CheckpointConfig = z.strictObject({
  autoCreateOn: z
    .array(z.enum(['beforeToolExecute', 'afterToolExecute', 'onSubplanSpawn', 'onError']))
    .default(['beforeToolExecute', 'afterToolExecute', 'onSubplanSpawn', 'onError'])
    .meta({
      description: 'When to create a checkpoint, besides before and after Execute and before Apply.',
      examples: [['onSubplanSpawn', 'onError']],
    }),
  limit: z
    .number()
    .int()
    .min(1)
    .default(200)
    .meta({
      description:
        'Checkpoints kept per plan. The oldest are removed first, but never the latest of an attempt or one with a label.',
      examples: [50],
    }),
});
export type CheckpointConfig = z.infer<typeof CheckpointConfig>;

/** The part of a plan machine's state at a checkpoint that does not result from running on from there. */
export const CheckpointSnapshot = z.strictObject({
  lastCompletedStep: z.number().int(),
  confidence: z.number(),
  estimate: z.record(z.string(), z.unknown()).nullable(),
  guidance: z.array(z.string()),
  errorDetails: z.record(z.string(), z.unknown()),
});
export type CheckpointSnapshot = z.infer<typeof CheckpointSnapshot>;

/** A state to roll back to: the sandbox tree, the position in the journal, and the plan's machine snapshot. */
export const Checkpoint = z.strictObject({
  checkpointId: Id,
  planId: Id,
  label: z.string().nullable(),
  trigger: CheckpointTrigger,
  tool: z.string().nullable(),
  alias: z.string(),
  /** The sandbox of the tree. */
  sandbox: z.string(),
  treeOid: z.string(),
  /** The ref that protects the tree from garbage collection. */
  ref: z.string(),
  /** Everything of the plan recorded up to here is part of the checkpoint. */
  decisionSequence: z.number().int(),
  /** null around a tool call: the machine has not changed since the checkpoint before. */
  snapshot: CheckpointSnapshot.nullable(),
  createdAt: z.string(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export type CheckpointDraft = Omit<Checkpoint, 'createdAt' | 'decisionSequence' | 'snapshot'>;

/** The effect of a rollback on one file. */
export interface RevertedFile {
  file: string;
  /** `removed`: the file was created after the checkpoint. */
  action: 'restored' | 'removed';
}

/** The target of a rollback, and what it removes. */
export interface RollbackRequest {
  rollbackId: string;
  checkpointId: string;
  treeOid: string;
  sandbox: string;
  sequence: number;
  snapshot: CheckpointSnapshot;
  /** Its files contain the merged work of children. */
  includesMerged: boolean;
  /** Children, and their children, created after the checkpoint. */
  childPlanIds: string[];
  /** Roll back even if files in the sandbox were changed by something else than the plan. */
  force: boolean;
}
