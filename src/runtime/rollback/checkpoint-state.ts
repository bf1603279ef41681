/** Reads a checkpoint with the state of the plan's machine. */
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { CheckpointDetails } from '../api.ts';
import type { PlanHost } from '../plans/plan-handle.ts';
import { findCheckpoint } from './prepare.ts';

/** @throws {TroupeError} UNKNOWN_CHECKPOINT, CHECKPOINT_LOST */
export async function loadCheckpoint(
  { ledger }: Pick<PlanHost, 'ledger'>,
  planId: string,
  idOrLabel: string,
): Promise<CheckpointDetails> {
  const checkpoint = findCheckpoint(await ledger.checkpoints(planId), planId, idOrLabel);
  const { checkpointId } = checkpoint;
  const state = await ledger.checkpointState(planId, checkpointId);
  if (state !== null) return { checkpoint, state };
  const where = `checkpoint ${checkpointId}`;
  throw new TroupeError('CHECKPOINT_LOST', `The state of the plan at ${where} is not stored`, {
    where,
    hints: [commandHint('plan checkpoint list', { planId })],
  });
}
