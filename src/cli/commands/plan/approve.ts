import type { CommandDefinition } from '../../command.ts';
import { approvalFlag, detachFlag, environmentFlag, planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan approve',
  summary: 'Approve a tool call that waits for you',
  examples: [
    ['troupe plan approve', 'all requests of the plan and its subplans'],
    ['troupe plan approve --always', 'and later calls of the same tool in this plan'],
  ],
  arguments: [planArgument],
  flags: [
    planFlag,
    approvalFlag,
    { flags: '--always', meaning: 'later calls of the same tool too, in this plan and its subplans' },
    environmentFlag,
    detachFlag,
  ],
  load: () => import('./approve.run.ts'),
};
