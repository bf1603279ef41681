import type { CommandDefinition } from '../../command.ts';
import { detachFlag, environmentFlag, inspectFlag, planArgument, planFlag, workerFlags } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan execute',
  summary: 'Run the next step towards a reviewed result',
  examples: [
    ['troupe plan execute', 'start, continue or retry, whatever is next; safe to repeat'],
    ['troupe plan execute 7Q3K2M9P', 'one plan, by the end of its id'],
  ],
  arguments: [planArgument],
  flags: [planFlag, environmentFlag, ...workerFlags, inspectFlag, detachFlag],
  load: () => import('./execute.run.ts'),
};
