import type { CommandDefinition } from '../command.ts';

export const command: CommandDefinition = {
  path: 'gc',
  summary: 'List unused data and its size; remove it with --delete',
  examples: [
    ['troupe gc', 'list unused sandboxes, refs, logs and old plans; remove nothing'],
    ['troupe gc --delete', 'remove them; files are saved in a ref first, unfinished plans are kept'],
    ['troupe gc --older-than 7d --max-size 500MB', 'with other limits'],
  ],
  flags: [
    { flags: '--delete', meaning: 'remove what is listed; so does --yes' },
    { flags: '--older-than <age>', meaning: 'remove finished plans and orphaned data older than this; default 30d' },
    { flags: '--max-size <size>', meaning: 'remove finished plans, oldest first, until this size is reached' },
  ],
  load: () => import('./gc.run.ts'),
};
