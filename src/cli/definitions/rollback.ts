import type { CommandDefinition } from '../command.ts';
import { planArgument, planFlag } from './shared-flags.ts';

const checkpointArgument = ['<checkpoint>', 'id of the checkpoint, or enough of its end, or its label'] as const;

/** Commands for checkpoints and rollbacks. */
export const rollbackCommands: readonly CommandDefinition[] = [
  {
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
    load: () => import('../commands/plan/rollback.ts'),
  },
  {
    path: 'plan checkpoint create',
    summary: 'Save the current state as a checkpoint',
    examples: [['troupe plan checkpoint create --label "before the tests"', 'a label is a name to go back to']],
    arguments: [planArgument],
    flags: [planFlag, { flags: '--label <text>', meaning: 'a name for it; checkpoints with a label are not pruned' }],
    load: () => import('../commands/plan/checkpoint/create.ts'),
  },
  {
    path: 'plan checkpoint list',
    summary: 'List checkpoints, oldest first',
    examples: [['troupe plan checkpoint list', 'id, age, what made it, label']],
    arguments: [planArgument],
    flags: [planFlag],
    load: () => import('../commands/plan/checkpoint/list.ts'),
  },
  {
    path: 'plan checkpoint show',
    summary: 'Show one checkpoint: what changed since, and the state of the plan then',
    examples: [['troupe plan checkpoint show 7Q3K2M9P', 'what a rollback would do']],
    arguments: [checkpointArgument],
    flags: [planFlag],
    load: () => import('../commands/plan/checkpoint/show.ts'),
  },
  {
    path: 'plan checkpoint delete',
    summary: 'Delete a checkpoint',
    examples: [['troupe plan checkpoint delete 7Q3K2M9P', 'its files may then be collected by git']],
    arguments: [checkpointArgument],
    flags: [planFlag],
    load: () => import('../commands/plan/checkpoint/delete.ts'),
  },
];
