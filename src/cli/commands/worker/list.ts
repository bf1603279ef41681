import type { CommandDefinition } from '../../command.ts';
import { namespaceFlag, queueFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'worker list',
  summary: 'List the workers of a queue: agents and versions, labels, allowed commands, load',
  examples: [
    ['troupe worker list --queue redis://HOST', 'the running workers'],
    ['troupe worker list --json', 'of the queue in TROUPE_WORKERS or your configuration, machine-readable'],
  ],
  flags: [queueFlag, namespaceFlag],
  readOnly: true,
  load: () => import('./list.run.ts'),
};
