import type { CommandDefinition } from '../../command.ts';
import { planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan diff',
  summary: 'Show what a plan changed',
  examples: [
    ['troupe plan diff', 'the reviewed result as a diff'],
    ['troupe plan diff --stat', 'files and lines only'],
    ['troupe plan diff --plan 7Q3K2M9P src', 'part of one plan'],
    ['troupe plan diff 7Q3K2M9P 4TZ8W1XC', 'from one plan or checkpoint to another'],
    ['troupe plan diff --correction 5V0R6E2N', 'what one correction changed'],
    ['troupe plan diff --attempt 2', 'what the second of several attempts changed'],
    ['troupe plan diff --detailed-exitcode', 'exit with 2 if there are changes'],
  ],
  arguments: [['[paths...]', 'only these files or folders; or two plans or checkpoints to compare']],
  flags: [
    planFlag,
    { flags: '--attempt <number>', meaning: 'what one of several attempts at the goal changed' },
    { flags: '--correction <id>', meaning: 'what this correction changed' },
    { flags: '--stat', meaning: 'files and lines only' },
    { flags: '--name-only', meaning: 'paths only' },
    {
      flags: '--merged-adjacent',
      meaning: 'list small maps of files in which both sides of a merge changed values',
    },
    { flags: '--detailed-exitcode', meaning: 'exit with 2 if there are changes' },
  ],
  readOnly: true,
  load: () => import('./diff.run.ts'),
};
