import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'invariant remove',
  summary: 'Remove an invariant of the project, a global one, or one of a plan',
  examples: [['troupe invariant remove 7Q3K2M9P', 'by its id, or an unambiguous end of it']],
  arguments: [['<invariant>', 'id of the rule, or enough of its end']],
  load: () => import('./remove.run.ts'),
};
