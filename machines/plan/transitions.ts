import { type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { Phase } from '../../src/model/plan.ts';

/** Where a failing effect leads while a phase is processing. */
export const onEffectError = (phase: Phase) => ({
  target: `#plan.active.lifecycle.${phase}.processing.recovering`,
  actions: {
    type: 'setError' as const,
    params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }),
  },
});

/** Where it leads when the group or the merge itself dies: neither is left behind. */
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

/** Why a child of the chart did not end as it should. One that was called off brings a reason and no error. */
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
