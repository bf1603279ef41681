import type { CommandDefinition } from '../../command.ts';
import { planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan corrections',
  summary: 'List corrections, oldest first',
  examples: [['troupe plan corrections', 'id, age, mode and guidance']],
  arguments: [planArgument],
  flags: [planFlag],
  readOnly: true,
  load: () => import('./corrections.run.ts'),
};
