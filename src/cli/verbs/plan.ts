import type { Verb } from '../verb.ts';
import { actionFlags, detachFlag, environmentFlag, planArgument, planFlag, targetFlags } from './flags.ts';

/** Commands that move a plan on. */
export const planVerbs: readonly Verb[] = [
  {
    path: 'plan use',
    summary: 'Make a plan from an action; strategize when the profile allows',
    examples: [
      ['troupe plan use -f rename.yaml "rename foo to bar"', 'make it and strategize'],
      ['troupe plan use --action local/rename --no-start', 'make it and leave it queued'],
    ],
    arguments: [['[goal]', 'the goal in one line; default the action’s description']],
    flags: [
      ...actionFlags,
      environmentFlag,
      { flags: '--no-start', meaning: 'leave it queued, whatever the profile says' },
      detachFlag,
    ],
    load: () => import('../commands/plan-use.ts'),
  },
  {
    path: 'plan execute',
    summary: 'Do what is next on the way to a reviewed result',
    examples: [
      ['troupe plan execute', 'start, go on, try again: whatever is next; harmless to repeat'],
      ['troupe plan execute 7Q3K2M9P', 'one plan, by the end of its id'],
    ],
    arguments: [planArgument],
    flags: [planFlag, environmentFlag, detachFlag],
    load: () => import('../commands/plan-execute.ts'),
  },
  {
    path: 'plan apply',
    summary: 'Bring exactly the reviewed result home',
    examples: [
      ['troupe plan apply', 'show what would land and ask'],
      ['troupe plan apply --yes --branch troupe/rename', 'land on a branch without asking'],
      ['troupe plan apply --patch out.patch --yes', 'write a patch file'],
      ['troupe plan apply --dry-run', 'show what would land and change nothing'],
    ],
    arguments: [planArgument],
    flags: [
      planFlag,
      ...targetFlags,
      { flags: '--dry-run', meaning: 'show what would land and change nothing' },
      environmentFlag,
    ],
    load: () => import('../commands/plan-apply.ts'),
  },
  {
    path: 'plan resolve',
    summary: 'Settle a conflict; when none is left the merge goes on',
    examples: [
      ['troupe plan resolve src/a.ts --take theirs', 'take one side of one file'],
      ['troupe plan resolve src/a.ts --with merged.ts', 'take the content of a file'],
      ['troupe plan resolve src/a.ts --hunk 2 --take both', 'both sides of one hunk, ours first'],
      ['troupe plan resolve src/a.ts --edit', 'in $VISUAL or $EDITOR'],
      ['troupe plan resolve --all --take ours', 'the same side for all that is left'],
    ],
    arguments: [['[path]', 'the file in conflict; PATH#2 is its second hunk']],
    flags: [
      { flags: '--take <side>', meaning: 'the side to take', choices: ['ours', 'theirs', 'base', 'both'] },
      { flags: '--with <file>', meaning: 'a file with the merged content; it keeps its mode' },
      { flags: '--edit', meaning: 'change the file with its markers in your editor' },
      { flags: '--actor <name>', meaning: 'an agent is asked; what it leaves is checked' },
      { flags: '--hunk <number>', meaning: 'only this hunk, as plan conflicts counts them' },
      { flags: '--all', meaning: 'every open conflict' },
      planFlag,
      environmentFlag,
    ],
    load: () => import('../commands/plan-resolve.ts'),
  },
  {
    path: 'plan pause',
    summary: 'Hold a plan where it is',
    examples: [['troupe plan pause', 'nothing is lost; troupe plan resume goes on']],
    arguments: [planArgument],
    flags: [planFlag],
    load: () => import('../commands/plan-pause.ts'),
  },
  {
    path: 'plan resume',
    summary: 'Let a paused or interrupted plan go on from where it was',
    examples: [['troupe plan resume', 'checks again what must hold, then goes on']],
    arguments: [planArgument],
    flags: [planFlag, environmentFlag, detachFlag],
    load: () => import('../commands/plan-resume.ts'),
  },
  {
    path: 'plan cancel',
    summary: 'End a plan and its subplans; the work is kept in a ref',
    examples: [['troupe plan cancel --reason "no longer needed"', 'asks first, unless --yes']],
    arguments: [planArgument],
    flags: [planFlag, { flags: '--reason <text>', meaning: 'why, for the record' }],
    load: () => import('../commands/plan-cancel.ts'),
  },
  {
    path: 'plan revert',
    summary: 'Go back to strategize, at most three times',
    examples: [
      ['troupe plan revert --guidance "keep the public names"', 'what was learnt goes into the next strategy'],
    ],
    arguments: [planArgument],
    flags: [planFlag, { flags: '--guidance <text>', meaning: 'what to do otherwise this time' }],
    load: () => import('../commands/plan-revert.ts'),
  },
  {
    path: 'plan prompt',
    summary: 'Give guidance that is taken at the next boundary',
    examples: [['troupe plan prompt "leave the tests alone"', 'recorded as a decision of yours']],
    arguments: [['<guidance>', 'what the agents should know']],
    flags: [planFlag],
    load: () => import('../commands/plan-prompt.ts'),
  },
];
