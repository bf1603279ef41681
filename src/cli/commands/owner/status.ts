import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'owner status',
  summary: 'Show which process owns the store',
  examples: [['troupe owner status', 'its id, what it runs, since when']],
  readOnly: true,
  load: () => import('./status.run.ts'),
};
