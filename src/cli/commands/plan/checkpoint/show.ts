import type { CommandDefinition } from '../../../command.ts';
import { checkpointArgument, planFlag } from '../../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan checkpoint show',
  summary: 'Show one checkpoint: what changed since, and the state of the plan then',
  examples: [['troupe plan checkpoint show 7Q3K2M9P', 'what a rollback would do']],
  arguments: [checkpointArgument],
  flags: [planFlag],
  load: () => import('./show.run.ts'),
};
