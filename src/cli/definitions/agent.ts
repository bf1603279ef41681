import type { CommandDefinition } from '../command.ts';
import { environmentFlag } from './shared-flags.ts';

export const agentCommands: readonly CommandDefinition[] = [
  {
    path: 'agent list',
    summary: 'List the known agents: installed or not, version, signed in or not',
    examples: [
      ['troupe agent list', 'installed ones first, with the version each was tried with'],
      ['troupe agent list --json', 'machine-readable; no secret is read'],
    ],
    readOnly: true,
    load: () => import('../commands/agent/list.ts'),
  },
  {
    path: 'agent test',
    summary: 'Ask an agent one small question, in an empty folder, and show what comes back',
    examples: [
      ['troupe agent test claude', 'exits with 0 if it answers, 4 if it cannot work, 11 if it is rate limited'],
      ['troupe agent test codex --model gpt-5', 'with that model'],
    ],
    arguments: [['<name>', 'name of the agent, as agent list shows it']],
    flags: [{ flags: '--model <model>', meaning: 'the model it uses; default its own' }, environmentFlag],
    load: () => import('../commands/agent/test.ts'),
  },
];
