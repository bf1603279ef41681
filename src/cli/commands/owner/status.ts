import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'owner status',
  summary: 'Show which process owns the store',
  examples: [['troupe owner status', 'the process, its plans, and when it started']],
  readOnly: true,
  load: () => import('./status.run.ts'),
};
