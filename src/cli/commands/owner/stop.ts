import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'owner stop',
  summary: 'Stop the owner; the next command resumes its plans',
  examples: [['troupe owner stop', 'nothing is lost: troupe plan resume continues what was running']],
  load: () => import('./stop.run.ts'),
};
