import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'invariant list',
  summary: 'List the invariants of the project and global ones, or those in force in a plan',
  examples: [
    ['troupe invariant list', 'those of the project, and global ones'],
    ['troupe invariant list --plan 7Q3K2M9P', 'in force in a plan, by precedence'],
  ],
  flags: [{ flags: '--plan <id>', meaning: 'in force in this plan' }],
  readOnly: true,
  load: () => import('./list.run.ts'),
};
