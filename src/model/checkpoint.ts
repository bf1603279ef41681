import * as z from 'zod';
import { commandHint } from './command-hint.ts';
import { TroupeError } from './errors.ts';
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

/**
 * Sandbox tree, journal position and machine state of a plan, which a rollback restores together. The state of the machine
 * is stored beside this record.
 */
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
  createdAt: z.string(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export type CheckpointDraft = Omit<Checkpoint, 'createdAt' | 'decisionSequence'>;

/** The context of a plan's machine as it is stored at a checkpoint: plain JSON. */
export type StoredContext = Readonly<Record<string, unknown>>;

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
  /** Its files contain the merged work of children. */
  includesMerged: boolean;
  /** Children, and their children, created after the checkpoint. */
  childPlanIds: string[];
  /** Roll back even if files in the sandbox were changed by something else than the plan. */
  force: boolean;
}

/** Returns the error for a checkpoint whose state of the machine is not in the store. */
export function stateLostError({ planId, checkpointId }: Pick<Checkpoint, 'planId' | 'checkpointId'>): TroupeError {
  const where = `checkpoint ${checkpointId}`;
  return new TroupeError('CHECKPOINT_LOST', `The state of the plan at ${where} is not stored`, {
    where,
    hints: [commandHint('plan checkpoint list', { planId })],
  });
}
