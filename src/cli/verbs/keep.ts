import type { Verb } from '../verb.ts';

/** Commands about what is kept: cleaning up. */
export const keepVerbs: readonly Verb[] = [
  {
    path: 'gc',
    summary: 'Show what nobody needs any more, and what it takes; remove it with --now',
    examples: [
      ['troupe gc', 'sandboxes, refs, logs and old plans that may go; nothing is removed'],
      ['troupe gc --now', 'remove them; files are put into a ref first, plans that live are left alone'],
      ['troupe gc --older-than 7d --max-size 500MB', 'keep less'],
    ],
    flags: [
      { flags: '--now', meaning: 'remove what is shown; so does --yes' },
      { flags: '--older-than <age>', meaning: 'finished plans and strays older than this go; default 30d' },
      { flags: '--max-size <size>', meaning: 'finished plans go, oldest first, until no more than this is kept' },
    ],
    load: () => import('../commands/gc.ts'),
  },
];
