import type { CommandDefinition } from '../../../command.ts';
import { planArgument, planFlag } from '../../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan checkpoint create',
  summary: 'Save the current state as a checkpoint',
  examples: [['troupe plan checkpoint create --label "before the tests"', 'a name for a later rollback']],
  arguments: [planArgument],
  flags: [planFlag, { flags: '--label <text>', meaning: 'a name for it; checkpoints with a label are not pruned' }],
  load: () => import('./create.run.ts'),
};
