import type { CommandDefinition } from '../../command.ts';
import { approvalFlag, detachFlag, environmentFlag, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan answer',
  summary: 'Answer the question of an agent that waits for you',
  examples: [
    ['troupe plan answer "keep the old names"', 'the agent gets the text, and continues'],
    ['troupe plan answer 2', 'the second of its choices'],
  ],
  arguments: [['<answer>', 'your answer, or the number of a choice']],
  flags: [planFlag, approvalFlag, environmentFlag, detachFlag],
  load: () => import('./answer.run.ts'),
};
