import type { CommandDefinition } from '../../command.ts';
import { planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan tree',
  summary: 'Show a plan and its subplans as a tree',
  examples: [['troupe plan tree', 'states and goals, nested']],
  arguments: [planArgument],
  flags: [planFlag],
  readOnly: true,
  load: () => import('./tree.run.ts'),
};
