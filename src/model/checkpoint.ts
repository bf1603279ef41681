import { z } from 'zod';
import { Id } from './id.ts';

export const CheckpointTrigger = z.enum([
  'preExecute',
  'postExecute',
  'preApply',
  'beforeToolExecute',
  'afterToolExecute',
  'onSubplanSpawn',
  'onError',
  'manual',
]);
export type CheckpointTrigger = z.infer<typeof CheckpointTrigger>;

/** A state to come back to: the sandbox tree, the position in the decisions, and the plan's machine snapshot. */
export const Checkpoint = z.strictObject({
  checkpointId: Id,
  planId: Id,
  label: z.string().nullable(),
  trigger: CheckpointTrigger,
  tool: z.string().nullable(),
  alias: z.string(),
  treeOid: z.string(),
  /** The ref of ours that keeps the tree from being collected. */
  ref: z.string(),
  decisionSequence: z.number().int(),
  createdAt: z.string(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export type CheckpointDraft = Omit<Checkpoint, 'createdAt' | 'decisionSequence'>;
