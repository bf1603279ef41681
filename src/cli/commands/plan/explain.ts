import type { CommandDefinition } from '../../command.ts';
import { planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan explain',
  summary: 'Explain a plan: decisions, rejected alternatives, why it is waiting, next commands',
  examples: [
    ['troupe plan explain', 'the decision tree'],
    ['troupe plan explain --superseded', 'with superseded decisions'],
  ],
  arguments: [planArgument],
  flags: [planFlag, { flags: '--superseded', meaning: 'include superseded decisions' }],
  readOnly: true,
  load: () => import('./explain.run.ts'),
};
