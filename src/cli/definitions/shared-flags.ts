import type { FlagDefinition } from '../command.ts';

/** Flags that several commands share, each described once. */
export const planArgument = [
  '[plan]',
  'id of the plan, or enough of its beginning or end; default the newest',
] as const;

export const planFlag: FlagDefinition = {
  flags: '--plan <id>',
  meaning: 'plan id (alternative to the positional argument)',
};

export const actionFlags: readonly FlagDefinition[] = [
  { flags: '-f, --file <file>', meaning: 'take the action from this YAML file' },
  { flags: '--action <name>', meaning: 'take a stored action' },
  { flags: '--arg <key=value>', meaning: 'an argument of the action', repeatable: true },
  { flags: '--profile <name>', meaning: 'automation profile; default the action’s, then supervised' },
  { flags: '--base <ref>', meaning: 'commit, branch or tag to start from; default HEAD' },
  { flags: '--fetch', meaning: 'fetch first; without --base, start from the upstream branch' },
  {
    flags: '--project <alias=folder>',
    meaning: 'a further project the plan works on, with a sandbox, changes and a landing of its own',
    repeatable: true,
  },
  { flags: '--invariant <text>', meaning: 'a rule that must hold at every phase boundary', repeatable: true },
  { flags: '--recheck', meaning: 'run checks although they passed before on the same files' },
  { flags: '--allow-empty', meaning: 'a plan that changes nothing may be applied: it ends applied, without a commit' },
];

export const environmentFlag: FlagDefinition = {
  flags: '--env <name[=value]>',
  meaning: 'an environment variable that agents and checks may see',
  repeatable: true,
};

export const inspectFlag: FlagDefinition = {
  flags: '--inspect',
  meaning: 'show it on a local page too, while it is at work',
};

export const detachFlag: FlagDefinition = {
  flags: '-d, --detach',
  meaning: 'run in the background and return immediately',
};

export const approvalFlag: FlagDefinition = {
  flags: '--approval <id>',
  meaning: 'only this one, by the id that plan status shows, or enough of its end',
};

export const targetFlags: readonly FlagDefinition[] = [
  { flags: '--branch <name>', meaning: 'land on this branch and leave the checkout alone' },
  {
    flags: '--onto <branch>',
    meaning: 'apply to this branch, which is checked out here, not to the one the plan was made on',
  },
  { flags: '--patch <file>', meaning: 'write a patch file and touch nothing else' },
  { flags: '--force', meaning: 'write the patch file although another stands there' },
];
