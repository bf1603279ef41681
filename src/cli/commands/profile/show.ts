import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'profile show',
  summary: 'Show the thresholds and guards of a profile',
  examples: [['troupe profile show cautious', 'the confidence that a step needs to proceed without asking']],
  arguments: [['<name>', 'name of the profile']],
  readOnly: true,
  load: () => import('./show.run.ts'),
};
