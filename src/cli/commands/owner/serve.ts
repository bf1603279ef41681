import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'owner serve',
  summary: 'Run the store owner in the foreground until it is idle and no client is connected',
  examples: [['troupe owner serve --idle 600', 'stay for ten minutes after the last client has disconnected']],
  flags: [{ flags: '--idle <seconds>', meaning: 'seconds to stay when idle; default 10' }],
  load: () => import('./serve.run.ts'),
};
