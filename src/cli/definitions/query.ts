import type { CommandDefinition } from '../command.ts';
import { planArgument, planFlag } from './shared-flags.ts';

/** Commands that read plans and change nothing. */
export const queryCommands: readonly CommandDefinition[] = [
  {
    path: 'plan status',
    summary: 'Show the state of a plan and the next commands',
    examples: [
      ['troupe plan status', 'the newest plan'],
      ['troupe plan status --json', 'machine-readable'],
    ],
    arguments: [planArgument],
    flags: [planFlag, { flags: '--detailed-exitcode', meaning: 'exit with 2 if there is a result to apply' }],
    readOnly: true,
    load: () => import('../commands/plan/status.ts'),
  },
  {
    path: 'plan list',
    summary: 'List plans',
    examples: [
      ['troupe plan list', 'unfinished plans'],
      ['troupe plan list --all --children', 'including finished ones and subplans'],
    ],
    flags: [
      { flags: '--all', meaning: 'finished plans too' },
      { flags: '--children', meaning: 'subplans too' },
    ],
    readOnly: true,
    load: () => import('../commands/plan/list.ts'),
  },
  {
    path: 'plan tree',
    summary: 'Show a plan and its subplans as a tree',
    examples: [['troupe plan tree', 'states and goals, nested']],
    arguments: [planArgument],
    flags: [planFlag],
    readOnly: true,
    load: () => import('../commands/plan/tree.ts'),
  },
  {
    path: 'plan explain',
    summary: 'Explain a plan: decisions, rejected alternatives, why it is waiting, next commands',
    examples: [
      ['troupe plan explain', 'the decision tree'],
      ['troupe plan explain --superseded', 'with superseded decisions'],
    ],
    arguments: [planArgument],
    flags: [planFlag, { flags: '--superseded', meaning: 'include superseded decisions' }],
    readOnly: true,
    load: () => import('../commands/plan/explain.ts'),
  },
  {
    path: 'plan diff',
    summary: 'Show what a plan changed',
    examples: [
      ['troupe plan diff', 'the reviewed result as a diff'],
      ['troupe plan diff --stat', 'files and lines only'],
      ['troupe plan diff --plan 7Q3K2M9P src', 'part of one plan'],
      ['troupe plan diff 7Q3K2M9P 4TZ8W1XC', 'from one plan or checkpoint to another'],
      ['troupe plan diff --correction 5V0R6E2N', 'what one correction changed'],
      ['troupe plan diff --detailed-exitcode', 'exit with 2 if there are changes'],
    ],
    arguments: [['[paths...]', 'only these files or folders; or two plans or checkpoints to compare']],
    flags: [
      planFlag,
      { flags: '--correction <id>', meaning: 'what this correction changed' },
      { flags: '--stat', meaning: 'files and lines only' },
      { flags: '--name-only', meaning: 'paths only' },
      {
        flags: '--merged-adjacent',
        meaning: 'list values of one small map that both sides changed and that were merged by keys',
      },
      { flags: '--detailed-exitcode', meaning: 'exit with 2 if there are changes' },
    ],
    readOnly: true,
    load: () => import('../commands/plan/diff.ts'),
  },
  {
    path: 'plan review',
    summary: 'List the files and hunks of a result, as plan apply --only and plan reject name them',
    examples: [
      ['troupe plan review', 'files and hunks with their numbers'],
      ['troupe plan review src', 'part of it'],
    ],
    arguments: [['[paths...]', 'only these files or folders']],
    flags: [planFlag],
    readOnly: true,
    load: () => import('../commands/plan/review.ts'),
  },
  {
    path: 'plan conflicts',
    summary: 'List conflicts: path, kind, authors, hunks, suggestions',
    examples: [['troupe plan conflicts', 'open and resolved ones']],
    arguments: [planArgument],
    flags: [planFlag],
    readOnly: true,
    load: () => import('../commands/plan/conflicts.ts'),
  },
  {
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
    load: () => import('../commands/plan/logs.ts'),
  },
];
