import type { CommandDefinition } from '../../command.ts';
import { detachFlag, environmentFlag, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan correct',
  summary: 'Change one decision and run only the work that depends on it again',
  examples: [
    [
      'troupe plan correct 7Q3K2M9P --guidance "use the public API" --dry-run',
      'what would be superseded and what would stay',
    ],
    ['troupe plan correct 7Q3K2M9P --guidance "use the public API" --yes', 'do not ask'],
    ['troupe plan correct 7Q3K2M9P --mode append --guidance "document it too"', 'add a subplan to the result'],
  ],
  arguments: [['<decision>', 'id of the decision, or enough of its end; troupe plan explain lists them']],
  flags: [
    planFlag,
    { flags: '--guidance <text>', meaning: 'what should change, or what to add' },
    {
      flags: '--mode <mode>',
      meaning: 'revert: decide again; append: keep everything and add a subplan; default revert',
      choices: ['revert', 'append'],
    },
    { flags: '--dry-run', meaning: 'show what it would do and change nothing' },
    { flags: '--force', meaning: 'proceed even if sandbox files were changed' },
    environmentFlag,
    detachFlag,
  ],
  load: () => import('./correct.run.ts'),
};
