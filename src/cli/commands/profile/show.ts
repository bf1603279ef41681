import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'profile show',
  summary: 'Show the thresholds and guards of a profile',
  examples: [['troupe profile show cautious', 'how sure a step must be to proceed without asking']],
  arguments: [['<name>', 'name of the profile']],
  readOnly: true,
  load: () => import('./show.run.ts'),
};
