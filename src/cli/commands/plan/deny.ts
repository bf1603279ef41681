import type { CommandDefinition } from '../../command.ts';
import { approvalFlag, detachFlag, environmentFlag, planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan deny',
  summary: 'Deny a tool call that waits for you',
  examples: [
    ['troupe plan deny --reason "leave the lock file alone"', 'the agent receives the reason, and continues or fails'],
  ],
  arguments: [planArgument],
  flags: [
    planFlag,
    approvalFlag,
    { flags: '--reason <text>', meaning: 'the reason that the agent gets' },
    environmentFlag,
    detachFlag,
  ],
  load: () => import('./deny.run.ts'),
};
