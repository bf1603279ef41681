/** Reads a checkpoint with the state of the plan's machine. */
import { stateLostError } from '../../model/checkpoint.ts';
import type { CheckpointDetails } from '../api.ts';
import type { PlanHost } from '../plans/plan-host.ts';
import { findCheckpoint } from './prepare.ts';

/** @throws {TroupeError} UNKNOWN_CHECKPOINT, CHECKPOINT_LOST */
export async function loadCheckpoint(
  { ledger }: Pick<PlanHost, 'ledger'>,
  planId: string,
  idOrLabel: string,
): Promise<CheckpointDetails> {
  const checkpoint = await findCheckpoint(ledger, planId, idOrLabel);
  const state = await ledger.checkpointState(planId, checkpoint.checkpointId);
  if (state === null) throw stateLostError(checkpoint);
  return { checkpoint, state };
}
