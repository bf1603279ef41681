import type { CommandDefinition } from '../../command.ts';
import { planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan pause',
  summary: 'Pause a plan',
  examples: [['troupe plan pause', 'nothing is lost; troupe plan resume continues']],
  arguments: [planArgument],
  flags: [planFlag],
  load: () => import('./pause.run.ts'),
};
