import type { FlagDefinition } from './command.ts';

/** Flags that several commands share. */
export const planArgument = [
  '[plan]',
  'id of the plan, or an unambiguous part of its beginning or end; default the newest',
] as const;

export const checkpointArgument = ['<checkpoint>', 'id of the checkpoint, or enough of its end, or its label'] as const;

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
    meaning: 'another project for the plan, with its own sandbox, changes and commit',
    repeatable: true,
  },
  {
    flags: '--invariant <text>',
    meaning: 'an invariant: a condition that must hold at every phase boundary',
    repeatable: true,
  },
  { flags: '--attempts <number>', meaning: 'parallel attempts at the goal, of which one is chosen' },
  { flags: '--judge <name>', meaning: 'with --attempts: the agent that chooses; default you' },
  { flags: '--recheck', meaning: 'run checks even if they passed before on the same files' },
  { flags: '--allow-empty', meaning: 'allow a result without changes: the plan ends applied, without a commit' },
];

export const environmentFlag: FlagDefinition = {
  flags: '--env <name[=value]>',
  meaning: 'an environment variable for agents and checks',
  repeatable: true,
};

export const exchangeFlag: FlagDefinition = {
  flags: '--exchange <url>',
  meaning: 'the bare git repository for the exchange of files; default TROUPE_EXCHANGE',
};

export const queueFlag: FlagDefinition = {
  flags: '--queue <url>',
  meaning: 'redis://, rediss:// or postgres:// address; default TROUPE_WORKERS',
};

export const namespaceFlag: FlagDefinition = {
  flags: '--namespace <name>',
  meaning: 'only owners and workers with the same namespace work together; default troupe',
};

/** Flags of commands whose work may be done by workers. */
export const workerFlags: readonly FlagDefinition[] = [
  {
    flags: '--workers <url>',
    meaning: 'workers at this redis://, rediss:// or postgres:// address do the work; default TROUPE_WORKERS',
  },
  exchangeFlag,
  namespaceFlag,
  { flags: '--worker-labels <names>', meaning: 'only workers with these labels, separated by commas' },
];

export const inspectFlag: FlagDefinition = {
  flags: '--inspect',
  meaning: 'also serve the inspector page while it runs',
};

export const detachFlag: FlagDefinition = {
  flags: '-d, --detach',
  meaning: 'run in the background and return immediately',
};

export const approvalFlag: FlagDefinition = {
  flags: '--approval <id>',
  meaning: 'only this request, by the id that plan status shows, or the end of it',
};

export const targetFlags: readonly FlagDefinition[] = [
  { flags: '--branch <name>', meaning: 'commit to this branch and do not change the checkout' },
  {
    flags: '--onto <branch>',
    meaning: "apply to this branch, which is checked out here, instead of the plan's branch",
  },
  { flags: '--patch <file>', meaning: 'write a patch file and change nothing else' },
  { flags: '--force', meaning: 'overwrite an existing patch file' },
];
