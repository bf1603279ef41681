import type { CommandDefinition } from '../../command.ts';
import { planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan edit',
  summary: 'Edit the strategy before execution; the previous revision is kept',
  examples: [
    ['troupe plan edit', 'decisions and subplans in $VISUAL or $EDITOR'],
    ['troupe plan edit --print > strategy.yaml', 'as text'],
    ['troupe plan edit --with strategy.yaml --dry-run', 'what would change'],
  ],
  arguments: [planArgument],
  flags: [
    planFlag,
    { flags: '--print', meaning: 'print the strategy as it would be edited' },
    { flags: '--with <file>', meaning: 'take the edited strategy from a file' },
    { flags: '--dry-run', meaning: 'show what would change and change nothing' },
  ],
  load: () => import('./edit.run.ts'),
};
