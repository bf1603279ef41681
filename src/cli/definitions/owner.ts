import type { CommandDefinition } from '../command.ts';

/** Commands for the process that owns the store. */
export const ownerCommands: readonly CommandDefinition[] = [
  {
    path: 'owner status',
    summary: 'Show which process owns the store',
    examples: [['troupe owner status', 'its id, what it runs, since when']],
    readOnly: true,
    load: () => import('../commands/owner/status.ts'),
  },
  {
    path: 'owner start',
    summary: 'Start a background owner that resumes unfinished plans',
    examples: [['troupe owner start', 'does nothing when there is one']],
    load: () => import('../commands/owner/start.ts'),
  },
  {
    path: 'owner stop',
    summary: 'Stop the owner; the next command resumes its plans',
    examples: [['troupe owner stop', 'nothing is lost: troupe plan resume takes up what was at work']],
    load: () => import('../commands/owner/stop.ts'),
  },
  {
    path: 'owner serve',
    summary: 'Run the store owner in the foreground until it is idle and no client is connected',
    examples: [['troupe owner serve --idle 600', 'stay for ten minutes after the last one left']],
    flags: [{ flags: '--idle <seconds>', meaning: 'seconds to stay when idle; default 10' }],
    load: () => import('../commands/owner/serve.ts'),
  },
];
