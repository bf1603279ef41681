/** Reads the state of a plan's machine at a checkpoint. */
import type { ActorSnapshot } from '../../durable/snapshot.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanHost } from '../plans/plan-handle.ts';
import { findCheckpoint } from './prepare.ts';

/** @throws {TroupeError} UNKNOWN_CHECKPOINT, CHECKPOINT_LOST */
export async function loadCheckpointState(
  { ledger }: Pick<PlanHost, 'ledger'>,
  planId: string,
  idOrLabel: string,
): Promise<ActorSnapshot> {
  const { checkpointId } = findCheckpoint(await ledger.checkpoints(planId), planId, idOrLabel);
  const state = await ledger.checkpointState(planId, checkpointId);
  if (state !== null) return state;
  const where = `checkpoint ${checkpointId}`;
  throw new TroupeError('CHECKPOINT_LOST', `The state of the plan at ${where} is not stored`, {
    where,
    hints: [commandHint('plan checkpoint list', { planId })],
  });
}
