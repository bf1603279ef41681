import type { CommandDefinition } from '../command.ts';

/** Rules that hold beyond one action, and profiles. */
export const invariantCommands: readonly CommandDefinition[] = [
  {
    path: 'invariant add',
    summary: 'Add a rule to plans, to the project, or to every project',
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
      { flags: '--global', meaning: 'for every project of yours' },
      { flags: '--non-overridable', meaning: 'no plan and no project overrides it; with --global' },
      {
        flags: '--check <yaml>',
        meaning: 'how it is checked: kind paths, command, script, maxFilesChanged or noSecrets',
      },
      {
        flags: '--each <when>',
        meaning: 'when it is checked: at phase boundaries, or after every action that wrote too',
        choices: ['phase', 'action'],
      },
      { flags: '--in <alias>', meaning: 'only in this one of several projects of a plan' },
    ],
    load: () => import('../commands/invariant/add.ts'),
  },
  {
    path: 'invariant list',
    summary: 'List rules of the project and global ones, or those in force in a plan',
    examples: [
      ['troupe invariant list', 'of the project, and global'],
      ['troupe invariant list --plan 7Q3K2M9P', 'in force in a plan, by precedence'],
    ],
    flags: [{ flags: '--plan <id>', meaning: 'in force in this plan' }],
    readOnly: true,
    load: () => import('../commands/invariant/list.ts'),
  },
  {
    path: 'invariant remove',
    summary: 'Remove a rule of the project, a global one, or one of a plan',
    examples: [['troupe invariant remove 7Q3K2M9P', 'by its id, or enough of the end of it']],
    arguments: [['<invariant>', 'id of the rule, or enough of its end']],
    load: () => import('../commands/invariant/remove.ts'),
  },
  {
    path: 'profile list',
    summary: 'List the profiles and what each is for',
    examples: [['troupe profile list', 'the eight that are built in, and yours']],
    readOnly: true,
    load: () => import('../commands/profile/list.ts'),
  },
  {
    path: 'profile show',
    summary: 'Show the thresholds and guards of a profile',
    examples: [['troupe profile show cautious', 'how sure a step must be to go on by itself']],
    arguments: [['<name>', 'name of the profile']],
    readOnly: true,
    load: () => import('../commands/profile/show.ts'),
  },
];
