import type { CommandDefinition } from '../../command.ts';
import { planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan cancel',
  summary: 'End a plan and its subplans; the work is kept in a ref',
  examples: [['troupe plan cancel --reason "no longer needed"', 'asks first, unless --yes']],
  arguments: [planArgument],
  flags: [planFlag, { flags: '--reason <text>', meaning: 'the reason, which is recorded' }],
  load: () => import('./cancel.run.ts'),
};
