import type { CommandDefinition } from '../command.ts';
import { planArgument, planFlag } from './shared-flags.ts';

/** Commands for stored data: cleanup, export and import. */
export const maintenanceCommands: readonly CommandDefinition[] = [
  {
    path: 'gc',
    summary: 'List unused data and its size; remove it with --delete',
    examples: [
      ['troupe gc', 'list unused sandboxes, refs, logs and old plans; remove nothing'],
      ['troupe gc --delete', 'remove them; files are saved in a ref first, unfinished plans are kept'],
      ['troupe gc --older-than 7d --max-size 500MB', 'keep less'],
    ],
    flags: [
      { flags: '--delete', meaning: 'remove what is listed; so does --yes' },
      { flags: '--older-than <age>', meaning: 'remove finished plans and orphaned data older than this; default 30d' },
      { flags: '--max-size <size>', meaning: 'remove finished plans, oldest first, until this size is reached' },
    ],
    load: () => import('../commands/gc.ts'),
  },
  {
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
    load: () => import('../commands/export.ts'),
  },
  {
    path: 'import',
    summary: 'Import an exported plan as read-only history; fails if the file was modified',
    examples: [['troupe import plan.jsonl', 'explain it, compare it, and continue from its checkpoints']],
    arguments: [['<file>', 'the output of troupe export']],
    load: () => import('../commands/import.ts'),
  },
  {
    path: 'replay',
    summary: 'Print the history of an exported plan',
    examples: [
      ['troupe replay --dry plan.jsonl', 'verify and print each line; needs no project'],
      ['troupe replay --dry plan.jsonl -v', 'with tool calls and checkpoints'],
    ],
    arguments: [['<file>', 'the output of troupe export']],
    flags: [{ flags: '--dry', meaning: 'no effect: replay never changes anything' }],
    readOnly: true,
    load: () => import('../commands/replay.ts'),
  },
];
