import type { CommandDefinition } from '../command.ts';
import { planArgument, planFlag } from './shared-flags.ts';

/** Commands about what is kept: cleaning up, taking along. */
export const maintenanceCommands: readonly CommandDefinition[] = [
  {
    path: 'gc',
    summary: 'List unused data and its size; remove it with --delete',
    examples: [
      ['troupe gc', 'sandboxes, refs, logs and old plans that may go; nothing is removed'],
      ['troupe gc --delete', 'remove them; files are put into a ref first, plans that live are left alone'],
      ['troupe gc --older-than 7d --max-size 500MB', 'keep less'],
    ],
    flags: [
      { flags: '--delete', meaning: 'remove what is shown; so does --yes' },
      { flags: '--older-than <age>', meaning: 'finished plans and strays older than this go; default 30d' },
      { flags: '--max-size <size>', meaning: 'finished plans go, oldest first, until no more than this is kept' },
    ],
    load: () => import('../commands/gc.ts'),
  },
  {
    path: 'export',
    summary: 'Export a plan, its subplans, journal and files as hash-chained JSON lines',
    examples: [
      ['troupe export > plan.jsonl', 'the newest plan; credentials in records are taken out'],
      ['troupe export 7Q3K2M9P --output plan.jsonl', 'into a file, whole or not at all'],
      ['troupe export --records-only > story.jsonl', 'records only: files are exported as they are'],
    ],
    arguments: [planArgument],
    flags: [
      planFlag,
      { flags: '-o, --output <file>', meaning: 'write into a file instead of standard output' },
      {
        flags: '--records-only',
        meaning: 'leave out what git holds: no diffs after an import, and no secrets in files',
      },
    ],
    load: () => import('../commands/export.ts'),
  },
  {
    path: 'import',
    summary: 'Import an exported plan as read-only history; fails if the file was modified',
    examples: [['troupe import plan.jsonl', 'to look at it, compare it, and go on from its checkpoints']],
    arguments: [['<file>', 'what troupe export wrote']],
    load: () => import('../commands/import.ts'),
  },
  {
    path: 'replay',
    summary: 'Tell what happened in an exported plan, without acting',
    examples: [
      ['troupe replay --dry plan.jsonl', 'verified line by line; needs no project'],
      ['troupe replay --dry plan.jsonl -v', 'with tool calls and checkpoints'],
    ],
    arguments: [['<file>', 'what troupe export wrote']],
    flags: [{ flags: '--dry', meaning: 'no effect: replay never changes anything' }],
    readOnly: true,
    load: () => import('../commands/replay.ts'),
  },
];
