/**
 * The checkpoint of the current state that a rollback or a correction makes first. It is recorded in a commit of its own, before
 * anything changes, so that the state stored with it is the one to come back to.
 */
import type { EffectContext } from '../../src/durable/effect.ts';
import type { CheckpointDraft, CheckpointTrigger } from '../../src/model/checkpoint.ts';
import type { SandboxRef } from '../../src/model/effects.ts';
import { type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { createCheckpoint } from '../sandbox/create-checkpoint.ts';
import type { EffectServices } from '../services.ts';
import { deleteCheckpoint } from './preconditions.ts';

const failedStep = 'failed';

/**
 * Runs `act` with a checkpoint of the current state, and deletes the checkpoint if `act` fails. When the effect runs again after
 * that, it throws the same error and does not run `act`.
 */
export async function withCurrentCheckpoint<Result>(
  context: EffectContext<{ spec: PlanSpec; sandbox: SandboxRef }>,
  services: EffectServices,
  named: { trigger: CheckpointTrigger; label: string },
  act: (present: CheckpointDraft) => Promise<Result>,
): Promise<Result> {
  const { input, key, signal, step, recordedResult } = context;
  const { spec, sandbox } = input;
  const failed = recordedResult<SerializedError>(failedStep);
  if (failed !== undefined) throw TroupeError.deserialize(failed);
  const { planId } = spec;
  const present = await step(
    'present',
    () => createCheckpoint(services, spec, { key: sandbox.key, mark: `${key}/present`, ...named }),
    { emit: checkpoint => [{ type: 'checkpoint.created', planId, checkpoint }] },
  );
  try {
    return await act(present);
  } catch (thrown) {
    // An effect that is stopped has not failed: it may run again and continue.
    signal.throwIfAborted();
    await step(
      failedStep,
      async () => {
        await deleteCheckpoint(services, spec, present);
        return services.redactor.value(TroupeError.serialize(thrown));
      },
      { emit: () => [{ type: 'checkpoint.deleted', planId, checkpointId: present.checkpointId }] },
    );
    throw thrown;
  }
}
