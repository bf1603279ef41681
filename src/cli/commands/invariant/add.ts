import type { CommandDefinition } from '../../command.ts';

export const command: CommandDefinition = {
  path: 'invariant add',
  summary: 'Add an invariant to plans, to the project, or to all your projects',
  examples: [
    ['troupe invariant add "keep the licence" --project', 'for every plan of this project'],
    [
      'troupe invariant add "only sources" --plan 7Q3K2M9P --plan 4TZ8W1XC',
      'for these plans, from their next phase boundary on',
    ],
    [
      'troupe invariant add "no lock files" --project --check \'{kind: paths, deny: ["*.lock"]}\'',
      'with a check that is executed',
    ],
    ['troupe invariant add "no licences change" --global --non-overridable', 'for every project; no plan overrides it'],
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
  load: () => import('./add.run.ts'),
};
