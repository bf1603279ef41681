import type { CommandDefinition } from '../command.ts';
import { planArgument, planFlag } from '../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'export',
  summary: 'Export a plan, its subplans, journal and files as hash-chained JSON lines',
  examples: [
    ['troupe export > plan.jsonl', 'the newest plan; credentials in records are removed'],
    ['troupe export 7Q3K2M9P --output plan.jsonl', 'to a file, which is written completely or not at all'],
    ['troupe export --records-only > story.jsonl', 'without files, which are exported unchanged'],
  ],
  arguments: [planArgument],
  flags: [
    planFlag,
    { flags: '-o, --output <file>', meaning: 'write to a file instead of standard output' },
    {
      flags: '--records-only',
      meaning: 'leave out the git objects: no diffs after an import, and no secrets in files',
    },
  ],
  load: () => import('./export.run.ts'),
};
