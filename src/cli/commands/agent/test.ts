import type { CommandDefinition } from '../../command.ts';
import { environmentFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'agent test',
  summary: 'Ask an agent a short question in an empty folder and show its answer',
  examples: [
    ['troupe agent test claude', 'exits with 0 if it answers, 4 if it cannot work, 11 if it is rate limited'],
    ['troupe agent test codex --model gpt-5', 'with that model'],
  ],
  arguments: [['<name>', 'name of the agent, as agent list shows it']],
  flags: [{ flags: '--model <model>', meaning: 'the model it uses; default its own' }, environmentFlag],
  load: () => import('./test.run.ts'),
};
