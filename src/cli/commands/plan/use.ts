import type { CommandDefinition } from '../../command.ts';
import { actionFlags, detachFlag, environmentFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan use',
  summary: 'Create a plan from an action; strategize if the profile allows',
  examples: [
    ['troupe plan use -f rename.yaml "rename foo to bar"', 'create it and strategize'],
    ['troupe plan use --action local/rename --no-start', 'create it and leave it queued'],
  ],
  arguments: [['[goal]', 'the goal in one line; default the action’s description']],
  flags: [
    ...actionFlags,
    environmentFlag,
    { flags: '--no-start', meaning: 'leave it queued, regardless of the profile' },
    detachFlag,
  ],
  load: () => import('./use.run.ts'),
};
