import type { CommandDefinition } from '../command.ts';

export const command: CommandDefinition = {
  path: 'replay',
  summary: 'Print the history of an exported plan',
  examples: [
    ['troupe replay --dry plan.jsonl', 'verify and print each line; needs no project'],
    ['troupe replay --dry plan.jsonl -v', 'with tool calls and checkpoints'],
  ],
  arguments: [['<file>', 'the output of troupe export']],
  flags: [{ flags: '--dry', meaning: 'no effect: replay never changes anything' }],
  readOnly: true,
  load: () => import('./replay.run.ts'),
};
