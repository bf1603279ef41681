import type { CommandDefinition } from '../command.ts';

/** Commands for invariants beyond one action, and for profiles. */
export const invariantCommands: readonly CommandDefinition[] = [
  {
    path: 'invariant add',
    summary: 'Add an invariant to plans, to the project, or to all your projects',
    examples: [
      ['troupe invariant add "keep the licence" --project', 'for every plan of this project'],
      [
        'troupe invariant add "only sources" --plan 7Q3K2M9P --plan 4TZ8W1XC',
        'for these plans, from their next boundary on',
      ],
      [
        'troupe invariant add "no lock files" --project --check \'{kind: paths, deny: ["*.lock"]}\'',
        'with a check that is executed',
      ],
      [
        'troupe invariant add "no licences change" --global --non-overridable',
        'for every project; no plan overrides it',
      ],
    ],
    arguments: [['<text>', 'what must hold']],
    flags: [
      { flags: '--plan <id>', meaning: 'for this plan', repeatable: true },
      { flags: '--project', meaning: 'for every plan of this project; the default' },
      { flags: '--global', meaning: 'for all your projects' },
      { flags: '--non-overridable', meaning: 'cannot be overridden by a plan or project; with --global' },
      {
        flags: '--check <yaml>',
        meaning: 'the check: kind paths, command, script, maxFilesChanged or noSecrets',
      },
      {
        flags: '--each <when>',
        meaning: 'when to check: at phase boundaries, or also after every tool call that writes',
        choices: ['phase', 'action'],
      },
      { flags: '--in <alias>', meaning: 'only in this project, for plans on several projects' },
    ],
    load: () => import('../commands/invariant/add.ts'),
  },
  {
    path: 'invariant list',
    summary: 'List the invariants of the project and global ones, or those in force in a plan',
    examples: [
      ['troupe invariant list', 'those of the project, and global ones'],
      ['troupe invariant list --plan 7Q3K2M9P', 'in force in a plan, by precedence'],
    ],
    flags: [{ flags: '--plan <id>', meaning: 'in force in this plan' }],
    readOnly: true,
    load: () => import('../commands/invariant/list.ts'),
  },
  {
    path: 'invariant remove',
    summary: 'Remove an invariant of the project, a global one, or one of a plan',
    examples: [['troupe invariant remove 7Q3K2M9P', 'by its id, or enough of the end of it']],
    arguments: [['<invariant>', 'id of the rule, or enough of its end']],
    load: () => import('../commands/invariant/remove.ts'),
  },
  {
    path: 'profile list',
    summary: 'List the profiles with a description',
    examples: [['troupe profile list', 'the eight that are built in, and yours']],
    readOnly: true,
    load: () => import('../commands/profile/list.ts'),
  },
  {
    path: 'profile show',
    summary: 'Show the thresholds and guards of a profile',
    examples: [['troupe profile show cautious', 'how sure a step must be to proceed without asking']],
    arguments: [['<name>', 'name of the profile']],
    readOnly: true,
    load: () => import('../commands/profile/show.ts'),
  },
];
