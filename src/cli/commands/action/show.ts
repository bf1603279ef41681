import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'action show',
  summary: 'Show every field of a stored action',
  examples: [['troupe action show local/rename', 'as YAML, defaults included']],
  arguments: [['<name>', 'name of the action']],
  readOnly: true,
  load: () => import('./show.run.ts'),
};
