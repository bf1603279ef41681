import type { CommandDefinition } from '../../command.ts';
import { planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan prompt',
  summary: 'Send guidance to the agents, which get it at the next boundary',
  examples: [['troupe plan prompt "leave the tests alone"', 'recorded as a decision of yours']],
  arguments: [['<guidance>', 'what the agents should know']],
  flags: [planFlag],
  load: () => import('./prompt.run.ts'),
};
