import type { CommandDefinition } from '../../command.ts';
import { planArgument, planFlag } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan logs',
  summary: 'Print the output of agents and checks of a plan and its subplans',
  examples: [
    ['troupe plan logs', 'oldest first; lines of subplans start with the name of the subplan'],
    ['troupe plan logs --tail 20', 'the last lines'],
    ['troupe plan logs --follow', 'follow new lines until the plan rests'],
    ['troupe plan logs --step tests --since 10m', 'the output of the check "tests" in the last ten minutes'],
    ['troupe plan logs --only 4TZ8W1XC --only "Move router"', 'two subplans, by id and by name'],
    ['troupe plan logs --json', 'one object per line'],
  ],
  arguments: [planArgument],
  flags: [
    planFlag,
    {
      flags: '--step <name>',
      meaning: 'only this step: strategize, execute, fix, review, setup, …, or the name of a check',
      repeatable: true,
    },
    { flags: '--since <when>', meaning: 'only lines of this period (10m, 1h30m), or since a time' },
    { flags: '--only <subplan>', meaning: 'only lines of this subplan, by its id or name', repeatable: true },
    { flags: '--tail <lines>', meaning: 'only the last lines, this many' },
    { flags: '--follow', meaning: 'follow new lines until the plan rests' },
    {
      flags: '--raw',
      meaning: 'what agents printed as it was too, with terminal control sequences kept: colors, cursor, clipboard',
    },
  ],
  streams: true,
  load: () => import('./logs.run.ts'),
};
