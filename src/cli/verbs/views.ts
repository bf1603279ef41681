import type { Verb } from '../verb.ts';
import { planArgument, planFlag } from './flags.ts';

/** Commands that look at plans and change nothing. */
export const viewVerbs: readonly Verb[] = [
  {
    path: 'plan status',
    summary: 'Show where a plan stands and what leads on',
    examples: [
      ['troupe plan status', 'the newest plan'],
      ['troupe plan status --json', 'for machines'],
    ],
    arguments: [planArgument],
    flags: [planFlag, { flags: '--detailed-exitcode', meaning: 'exit 2 when there is a result to apply' }],
    looks: true,
    load: () => import('../commands/plan-status.ts'),
  },
  {
    path: 'plan list',
    summary: 'List plans',
    examples: [
      ['troupe plan list', 'unfinished plans'],
      ['troupe plan list --all --children', 'finished ones and subplans too'],
    ],
    flags: [
      { flags: '--all', meaning: 'finished plans too' },
      { flags: '--children', meaning: 'subplans too' },
    ],
    looks: true,
    load: () => import('../commands/plan-list.ts'),
  },
  {
    path: 'plan tree',
    summary: 'Show a plan and its subplans as a tree',
    examples: [['troupe plan tree', 'states and goals, nested']],
    arguments: [planArgument],
    flags: [planFlag],
    looks: true,
    load: () => import('../commands/plan-tree.ts'),
  },
  {
    path: 'plan explain',
    summary: 'Show why: decisions with what was rejected, why the plan rests, what leads on',
    examples: [
      ['troupe plan explain', 'the decision tree'],
      ['troupe plan explain --superseded', 'with decisions that hold no longer'],
    ],
    arguments: [planArgument],
    flags: [planFlag, { flags: '--superseded', meaning: 'decisions that hold no longer too' }],
    looks: true,
    load: () => import('../commands/plan-explain.ts'),
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
      ['troupe plan diff --detailed-exitcode', 'exit 2 when there are changes'],
    ],
    arguments: [['[paths...]', 'only these files or folders; or two plans or checkpoints to compare']],
    flags: [
      planFlag,
      { flags: '--correction <id>', meaning: 'what this correction changed' },
      { flags: '--stat', meaning: 'files and lines only' },
      { flags: '--name-only', meaning: 'paths only' },
      { flags: '--merged-adjacent', meaning: 'values of one small map that two sides changed and keys merged' },
      { flags: '--detailed-exitcode', meaning: 'exit 2 when there are changes' },
    ],
    looks: true,
    load: () => import('../commands/plan-diff.ts'),
  },
  {
    path: 'plan review',
    summary: 'Show a result part by part, as plan apply --only and plan reject name them',
    examples: [
      ['troupe plan review', 'files and hunks with their numbers'],
      ['troupe plan review src', 'part of it'],
    ],
    arguments: [['[paths...]', 'only these files or folders']],
    flags: [planFlag],
    looks: true,
    load: () => import('../commands/plan-review.ts'),
  },
  {
    path: 'plan conflicts',
    summary: 'List conflicts: path, kind, who wrote what, hunks, suggestions',
    examples: [['troupe plan conflicts', 'open and resolved ones']],
    arguments: [planArgument],
    flags: [planFlag],
    looks: true,
    load: () => import('../commands/plan-conflicts.ts'),
  },
  {
    path: 'plan logs',
    summary: 'Print what agents and checks printed',
    examples: [
      ['troupe plan logs', 'oldest first'],
      ['troupe plan logs --tail 20', 'the last lines'],
      ['troupe plan logs --follow', 'as it is printed, until the plan rests'],
    ],
    arguments: [planArgument],
    flags: [
      planFlag,
      { flags: '--tail <lines>', meaning: 'only so many of the last lines' },
      { flags: '--follow', meaning: 'go on until the plan rests' },
      { flags: '--raw', meaning: 'leave in what controls a terminal: colours, cursor, clipboard' },
    ],
    load: () => import('../commands/plan-logs.ts'),
  },
];
