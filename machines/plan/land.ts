import type { PlanCommand } from '../contract.ts';

type LandCommand = Extract<PlanCommand, { type: 'land' }>;

/** The command that brings a part home, wherever it is obeyed. It moves nothing: the plan goes on where it is. */
export const land = {
  guard: { type: 'mayLand' as const, params: ({ event }: { event: LandCommand }) => event },
  actions: { type: 'beginPart' as const, params: ({ event }: { event: LandCommand }) => event },
};
