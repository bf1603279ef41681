import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'action list',
  summary: 'List the stored actions',
  examples: [['troupe action list', 'names and descriptions']],
  readOnly: true,
  load: () => import('./list.run.ts'),
};
