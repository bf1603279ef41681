import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'action create',
  summary: 'Store an action from a YAML file',
  examples: [['troupe action create -f rename.yaml', 'a stored action of that name is replaced']],
  flags: [{ flags: '-f, --file <file>', meaning: 'the YAML file' }],
  readOnly: true,
  load: () => import('./create.run.ts'),
};
