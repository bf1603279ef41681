import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'plan list',
  summary: 'List plans',
  examples: [
    ['troupe plan list', 'unfinished plans'],
    ['troupe plan list --all --children', 'including finished ones and subplans'],
  ],
  flags: [
    { flags: '--all', meaning: 'finished plans too' },
    { flags: '--children', meaning: 'subplans too' },
  ],
  readOnly: true,
  load: () => import('./list.run.ts'),
};
