import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'owner start',
  summary: 'Start a background owner that resumes unfinished plans',
  examples: [['troupe owner start', 'does nothing if one is running']],
  load: () => import('./start.run.ts'),
};
