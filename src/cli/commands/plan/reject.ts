import type { CommandDefinition } from '../../command.ts';
import { detachFlag, environmentFlag, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan reject',
  summary: 'Reject parts of a result and have them redone',
  examples: [
    ['troupe plan reject src/a.ts --reason "keep the public name"', 'a file, a folder'],
    ['troupe plan reject src/a.ts#2 --reason "off by one" --yes', 'one hunk; troupe plan review counts them'],
  ],
  arguments: [['<parts...>', 'paths, folders, or hunks as path#2']],
  flags: [
    planFlag,
    { flags: '--reason <text>', meaning: 'the reason; the agent gets it with the rejected changes' },
    { flags: '--dry-run', meaning: 'show what it would do and change nothing' },
    { flags: '--force', meaning: 'proceed even if sandbox files were changed' },
    environmentFlag,
    detachFlag,
  ],
  load: () => import('./reject.run.ts'),
};
