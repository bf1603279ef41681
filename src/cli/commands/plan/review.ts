import type { CommandDefinition } from '../../command.ts';
import { planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan review',
  summary: 'List the files and hunks of a result, as plan apply --only and plan reject name them',
  examples: [
    ['troupe plan review', 'files and hunks with their numbers'],
    ['troupe plan review src', 'part of it'],
  ],
  arguments: [['[paths...]', 'only these files or folders']],
  flags: [planFlag],
  readOnly: true,
  load: () => import('./review.run.ts'),
};
