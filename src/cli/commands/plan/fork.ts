import type { CommandDefinition } from '../../command.ts';
import { detachFlag, environmentFlag, planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan fork',
  summary: 'Create a plan from a checkpoint of any plan, including finished ones',
  examples: [
    ['troupe plan fork 7Q3K2M9P --checkpoint halfway', 'continue from there as a new plan'],
    ['troupe plan fork 7Q3K2M9P --goal "the same in Rust"', 'from its newest checkpoint, with another goal'],
  ],
  arguments: [planArgument],
  flags: [
    planFlag,
    {
      flags: '--checkpoint <id>',
      meaning: 'id of the checkpoint, or the end of it, or its label; default the newest',
    },
    { flags: '--goal <text>', meaning: 'a different goal; the fork then makes its own strategy' },
    { flags: '--guidance <text>', meaning: 'guidance for its agents' },
    { flags: '--profile <name>', meaning: 'automation profile; default that of the other plan' },
    environmentFlag,
    { flags: '--no-start', meaning: 'leave it queued, regardless of the profile' },
    detachFlag,
  ],
  load: () => import('./fork.run.ts'),
};
