import type { CommandDefinition } from '../../command.ts';
import { planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan status',
  summary: 'Show the state of a plan and the next commands',
  examples: [
    ['troupe plan status', 'the newest plan'],
    ['troupe plan status --json', 'machine-readable'],
  ],
  arguments: [planArgument],
  flags: [planFlag, { flags: '--detailed-exitcode', meaning: 'exit with 2 if there is a result to apply' }],
  readOnly: true,
  load: () => import('./status.run.ts'),
};
