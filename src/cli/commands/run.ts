import type { CommandDefinition } from '../command.ts';
import { actionFlags, detachFlag, environmentFlag, inspectFlag, targetFlags, workerFlags } from '../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'run',
  summary: 'Create a plan from a goal or an action, strategize and execute; stop before apply',
  examples: [
    ['troupe run "fix the flaky test" --agent claude', 'a goal; ends with a result for review'],
    [
      'troupe run "add a dark theme" --split --check "npm test"',
      'in parallel subplans; the result must pass the check',
    ],
    [
      'troupe run "fix the flaky test" --save troupe/fix.yaml',
      'also write the action, to change it and to run it again',
    ],
    ['troupe run -f troupe/hello.yaml', 'an action from a file'],
    ['troupe run -f rename.yaml "rename foo to bar" --arg from=foo --arg to=bar', 'with a goal and arguments'],
    ['troupe run -f rename.yaml -d', 'in the background; follow it with troupe plan logs --follow'],
    ['troupe run -f rename.yaml --profile review', 'show the strategy and ask before execution'],
    [
      'troupe run -f troupe/hello.yaml --workers redis://HOST --exchange ssh://HOST/work.git',
      'agents and checks work on other machines',
    ],
    ['troupe run --action local/rename --apply --yes --branch troupe/rename', 'also apply, to a branch'],
  ],
  arguments: [
    ['[goal]', 'the goal, or the name of a stored action; with -f or --action, the goal in place of its description'],
  ],
  flags: [
    {
      flags: '--agent <name>',
      meaning: 'the agent for the goal; default agent in config.yaml, else the only one that is installed',
    },
    { flags: '--model <model>', meaning: 'the model that the agent uses; default its own' },
    { flags: '--split', meaning: 'ask the agent first whether and how to split the goal into subplans' },
    { flags: '--check <command>', meaning: 'a command that must succeed on the result', repeatable: true },
    { flags: '--save <file>', meaning: 'write the action that is used to this file' },
    ...actionFlags,
    environmentFlag,
    ...workerFlags,
    { flags: '--apply', meaning: 'apply the result, after asking' },
    ...targetFlags,
    inspectFlag,
    detachFlag,
  ],
  load: () => import('./run.run.ts'),
};
