import type { CommandDefinition } from '../../command.ts';
import { detachFlag, environmentFlag, planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan resume',
  summary: 'Resume a paused or interrupted plan',
  examples: [['troupe plan resume', 'runs the checks again, then continues']],
  arguments: [planArgument],
  flags: [planFlag, environmentFlag, detachFlag],
  load: () => import('./resume.run.ts'),
};
