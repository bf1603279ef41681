import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'agent list',
  summary: 'List your own agents, and the known ones: installed or not, version, signed in or not',
  examples: [
    ['troupe agent list', 'yours first, then installed ones, with the version each was tested with'],
    ['troupe agent list --json', 'machine-readable; no secret is read'],
  ],
  readOnly: true,
  load: () => import('./list.run.ts'),
};
