import type { PlanCommand } from '../../effects.ts';

type ApplyPartCommand = Extract<PlanCommand, { type: 'applyPart' }>;

/** The command that brings a part home, wherever it is obeyed. It moves nothing: the plan goes on where it is. */
export const applyPart = {
  guard: { type: 'mayApplyPart' as const, params: ({ event }: { event: ApplyPartCommand }) => event },
  actions: { type: 'startPartialApply' as const, params: ({ event }: { event: ApplyPartCommand }) => event },
};
