import type { CommandDefinition } from '../../../command.ts';
import { checkpointArgument, planFlag } from '../../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan checkpoint delete',
  summary: 'Delete a checkpoint',
  examples: [['troupe plan checkpoint delete 7Q3K2M9P', 'its files may then be collected by git']],
  arguments: [checkpointArgument],
  flags: [planFlag],
  load: () => import('./delete.run.ts'),
};
