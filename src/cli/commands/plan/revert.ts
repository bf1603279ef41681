import type { CommandDefinition } from '../../command.ts';
import { planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan revert',
  summary: 'Restart planning, at most three times',
  examples: [['troupe plan revert --guidance "keep the public names"', 'the guidance goes into the next strategy']],
  arguments: [planArgument],
  flags: [planFlag, { flags: '--guidance <text>', meaning: 'what to do differently this time' }],
  load: () => import('./revert.run.ts'),
};
