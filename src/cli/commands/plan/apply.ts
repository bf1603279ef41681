import type { CommandDefinition } from '../../command.ts';
import { environmentFlag, planArgument, planFlag, targetFlags } from '../../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'plan apply',
  summary: 'Apply the reviewed result',
  examples: [
    ['troupe plan apply', 'show the result and ask'],
    ['troupe plan apply --yes --branch troupe/rename', 'commit to a branch without asking'],
    ['troupe plan apply --patch out.patch --yes', 'write a patch file'],
    ['troupe plan apply --dry-run', 'show the result and what would prevent its apply; change nothing'],
    ['troupe plan apply --only src --only README.md#2', 'one folder and one hunk, as troupe plan review lists them'],
    ['troupe plan apply --finished', 'apply finished subplans; the rest of the plan continues'],
    ['troupe plan apply --branch troupe/rename --post-apply "gh pr create"', 'run a command after the apply'],
  ],
  arguments: [planArgument],
  flags: [
    planFlag,
    ...targetFlags,
    { flags: '--dry-run', meaning: 'show what would be applied and change nothing' },
    {
      flags: '--only <part>',
      meaning: 'only this path, folder or hunk (path#2), if its checks pass; apply the rest later',
      repeatable: true,
    },
    { flags: '--drop-rest', meaning: 'with --only: discard the rest and finish the plan' },
    { flags: '--finished', meaning: 'apply finished subplans; the others continue from there' },
    {
      flags: '--subplan <id>',
      meaning: 'apply this finished subplan and what it started from; the plan continues from there',
      repeatable: true,
    },
    { flags: '--assisted-by <who>', meaning: 'add this trailer to the commit' },
    { flags: '--co-authored-by <who>', meaning: 'add this trailer to the commit: Name <mail>' },
    { flags: '--plan-trailer', meaning: 'name the plan in a trailer of the commit' },
    { flags: '--post-apply <command>', meaning: 'run this in the project after the result is applied' },
    environmentFlag,
  ],
  load: () => import('./apply.run.ts'),
};
