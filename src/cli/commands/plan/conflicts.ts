import type { CommandDefinition } from '../../command.ts';
import { planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan conflicts',
  summary: 'List conflicts: path, kind, authors, hunks, suggestions',
  examples: [['troupe plan conflicts', 'open and resolved ones']],
  arguments: [planArgument],
  flags: [planFlag],
  readOnly: true,
  load: () => import('./conflicts.run.ts'),
};
