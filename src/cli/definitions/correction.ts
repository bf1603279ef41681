import type { CommandDefinition } from '../command.ts';
import { detachFlag, environmentFlag, planArgument, planFlag } from './shared-flags.ts';

/** Commands that change decisions, or restart from there. */
export const correctionCommands: readonly CommandDefinition[] = [
  {
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
    load: () => import('../commands/plan/correct.ts'),
  },
  {
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
    load: () => import('../commands/plan/reject.ts'),
  },
  {
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
    load: () => import('../commands/plan/edit.ts'),
  },
  {
    path: 'plan corrections',
    summary: 'List corrections, oldest first',
    examples: [['troupe plan corrections', 'id, age, mode and guidance']],
    arguments: [planArgument],
    flags: [planFlag],
    readOnly: true,
    load: () => import('../commands/plan/corrections.ts'),
  },
  {
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
    load: () => import('../commands/plan/fork.ts'),
  },
];
