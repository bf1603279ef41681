import type { CommandDefinition } from '../command.ts';
import { exchangeFlag, namespaceFlag, queueFlag } from '../shared-flags.ts';

export const command: CommandDefinition = {
  path: 'worker',
  summary: 'Run agents and checks on this machine for owners on any machine',
  examples: [
    [
      'troupe worker --queue redis://HOST --exchange ssh://HOST/work.git --allow-command "npm test"',
      'with the agents that are installed; Ctrl-C or SIGTERM ends it after the running jobs',
    ],
    [
      'troupe worker --queue postgres://HOST/DATABASE --agents claude --concurrency 4 --labels gpu',
      'one agent, four jobs at a time, with a label that plans can require',
    ],
  ],
  flags: [
    queueFlag,
    exchangeFlag,
    namespaceFlag,
    { flags: '--concurrency <number>', meaning: 'jobs at the same time; default 1' },
    {
      flags: '--agents <names>',
      meaning: 'the agents that it runs, separated by commas; default the installed ones, and steps',
    },
    { flags: '--labels <names>', meaning: 'labels that plans can require, separated by commas' },
    {
      flags: '--allow-command <words>',
      meaning: 'a command that jobs may run: its first words, or * for all; default none',
      repeatable: true,
    },
    {
      flags: '--env <name[=value]>',
      meaning: 'an environment variable for programs, and for secrets that plans name',
      repeatable: true,
    },
    {
      flags: '--folder <dir>',
      meaning: 'the folder for its repositories and sandboxes; default below $XDG_STATE_HOME',
    },
    {
      flags: '--lease <seconds>',
      meaning: 'seconds without a heartbeat after which other workers take its jobs; default 15',
    },
  ],
  streams: true,
  load: () => import('./worker.run.ts'),
};
