import type { CommandDefinition } from '../../command.ts';
import { checkpointArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan rollback',
  summary: 'Roll back to a checkpoint: files, decisions, subplans',
  examples: [
    ['troupe plan rollback 7Q3K2M9P', 'show the effect and ask'],
    ['troupe plan rollback halfway --dry-run', 'show the effect on every file and change nothing'],
    ['troupe plan rollback halfway --yes', 'do not ask; the current state is saved as a checkpoint'],
  ],
  arguments: [checkpointArgument],
  flags: [
    planFlag,
    { flags: '--dry-run', meaning: 'show what it would do and change nothing' },
    { flags: '--force', meaning: 'proceed even if sandbox files were changed' },
  ],
  load: () => import('./rollback.run.ts'),
};
