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

/** Which checkpoints are made by themselves, beside those before and after Execute and before Apply, and how many are kept. */
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

/** What a plan's machine knew at a checkpoint and does not make again on the way on from there. */
export const CheckpointSnapshot = z.strictObject({
  lastCompletedStep: z.number().int(),
  confidence: z.number(),
  estimate: z.record(z.string(), z.unknown()).nullable(),
  guidance: z.array(z.string()),
  errorDetails: z.record(z.string(), z.unknown()),
});
export type CheckpointSnapshot = z.infer<typeof CheckpointSnapshot>;

/** A state to come back to: the sandbox tree, the position in the decisions, and the plan's machine snapshot. */
export const Checkpoint = z.strictObject({
  checkpointId: Id,
  planId: Id,
  label: z.string().nullable(),
  trigger: CheckpointTrigger,
  tool: z.string().nullable(),
  alias: z.string(),
  /** The sandbox it is a state of. */
  sandbox: z.string(),
  treeOid: z.string(),
  /** The ref of ours that keeps the tree from being collected. */
  ref: z.string(),
  /** Everything of the plan that was recorded up to here is part of it. */
  decisionSequence: z.number().int(),
  /** null around a tool call: nothing changed in the machine since the checkpoint before. */
  snapshot: CheckpointSnapshot.nullable(),
  createdAt: z.string(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export type CheckpointDraft = Omit<Checkpoint, 'createdAt' | 'decisionSequence' | 'snapshot'>;

/** What going back does to one file. */
export interface RevertedFile {
  file: string;
  /** `removed`: it was made after the checkpoint. */
  action: 'restored' | 'removed';
}

/** Where to go back to, and what falls with it. */
export interface RollbackRequest {
  rollbackId: string;
  checkpointId: string;
  treeOid: string;
  sandbox: string;
  sequence: number;
  snapshot: CheckpointSnapshot;
  /** The work of children is merged in its files. */
  includesMerged: boolean;
  /** Children, and theirs, that were made after the checkpoint. */
  childPlanIds: string[];
  /** Go back although somebody else changed files in the sandbox. */
  force: boolean;
}
