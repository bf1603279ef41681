import { Fault, type StoredFault } from '../../src/model/fault.ts';
import type { Phase } from '../../src/model/plan.ts';

/** Where a failing effect leads while a phase is processing. */
export const failing = (phase: Phase) => ({
  target: `#plan.open.alive.${phase}.processing.recovering`,
  actions: {
    type: 'keepFault' as const,
    params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }),
  },
});

/** Where it leads when the group or the merge itself dies: neither is left behind. */
export const collapsing = {
  target: '#plan.open.alive.execute.processing.recovering',
  actions: [
    'stopGroup' as const,
    'dropGroup' as const,
    'stopMerge' as const,
    'dropMerge' as const,
    'forgetPlace' as const,
    'dropOrder' as const,
    'dropCorrection' as const,
    failing('execute').actions,
  ],
};

/** Why a child of the chart did not end as it should. One that was called off brings a reason and no fault. */
export function faultIn(output: { outcome: string; fault?: StoredFault | null; reason?: string }): StoredFault {
  return (
    output.fault ?? new Fault('CANCELLED', `It ended ${output.outcome}: ${output.reason ?? 'no reason given'}`).toJSON()
  );
}
