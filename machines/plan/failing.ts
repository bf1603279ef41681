import type { Phase } from '../../src/model/plan.ts';

/** Where a failing effect leads while a phase is processing. */
export const failing = (phase: Phase) => ({
  target: `#plan.open.alive.${phase}.processing.recovering`,
  actions: {
    type: 'keepFault' as const,
    params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }),
  },
});
