import type { CommandDefinition } from '../command.ts';

export const actionCommands: readonly CommandDefinition[] = [
  {
    path: 'action create',
    summary: 'Store an action from a YAML file',
    examples: [['troupe action create -f rename.yaml', 'a stored action of that name is replaced']],
    flags: [{ flags: '-f, --file <file>', meaning: 'the YAML file' }],
    readOnly: true,
    load: () => import('../commands/action/create.ts'),
  },
  {
    path: 'action list',
    summary: 'List the stored actions',
    examples: [['troupe action list', 'names and descriptions']],
    readOnly: true,
    load: () => import('../commands/action/list.ts'),
  },
  {
    path: 'action show',
    summary: 'Show every field of a stored action',
    examples: [['troupe action show local/rename', 'as YAML, defaults included']],
    arguments: [['<name>', 'name of the action']],
    readOnly: true,
    load: () => import('../commands/action/show.ts'),
  },
];
