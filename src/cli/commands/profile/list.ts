import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'profile list',
  summary: 'List the profiles with a description',
  examples: [['troupe profile list', 'the eight built-in ones, and yours']],
  readOnly: true,
  load: () => import('./list.run.ts'),
};
