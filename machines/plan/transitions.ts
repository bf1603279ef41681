import { type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { Phase } from '../../src/model/plan.ts';

/** Transitions for an effect that fails while a phase is processing. */
export const onEffectError = (phase: Phase) => ({
  target: `#plan.active.lifecycle.${phase}.processing.recovering`,
  actions: {
    type: 'setError' as const,
    params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }),
  },
});

/** Transitions for a group or merge actor that crashes: the other one is stopped too. */
export const onChildActorError = {
  target: '#plan.active.lifecycle.execute.processing.recovering',
  actions: [
    'stopSubplans' as const,
    'clearSubplans' as const,
    'stopMerge' as const,
    'clearMerge' as const,
    'clearSavedPosition' as const,
    'clearRollback' as const,
    'clearCorrection' as const,
    onEffectError('execute').actions,
  ],
};

/** Returns why a child actor did not complete. A cancelled one has a reason instead of an error. */
export function errorFromOutput(output: {
  outcome: string;
  error?: SerializedError | null;
  reason?: string;
}): SerializedError {
  return (
    output.error ??
    new TroupeError('CANCELLED', `It ended ${output.outcome}: ${output.reason ?? 'no reason given'}`).toJSON()
  );
}
