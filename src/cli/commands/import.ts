import type { CommandDefinition } from '../command.ts';

export const command: CommandDefinition = {
  path: 'import',
  summary: 'Import an exported plan as read-only history; fails if the file was modified',
  examples: [['troupe import plan.jsonl', 'explain it, compare it, and continue from its checkpoints']],
  arguments: [['<file>', 'the output of troupe export']],
  load: () => import('./import.run.ts'),
};
