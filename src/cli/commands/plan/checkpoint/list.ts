import type { CommandDefinition } from '../../../command.ts';
import { planArgument, planFlag } from '../../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan checkpoint list',
  summary: 'List checkpoints, oldest first',
  examples: [['troupe plan checkpoint list', 'id, age, kind and label']],
  arguments: [planArgument],
  flags: [planFlag],
  load: () => import('./list.run.ts'),
};
