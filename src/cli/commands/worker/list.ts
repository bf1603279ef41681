import type { CommandDefinition } from '../../command.ts';
import { namespaceFlag, queueFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'worker list',
  summary: 'List the workers of a queue: agents with versions, labels, what they may run, how busy they are',
  examples: [
    ['troupe worker list --queue redis://HOST', 'those that live'],
    ['troupe worker list --json', 'of the queue in TROUPE_WORKERS or your configuration, machine-readable'],
  ],
  flags: [queueFlag, namespaceFlag],
  readOnly: true,
  load: () => import('./list.run.ts'),
};
