import type { CommandDefinition } from '../command.ts';
import { actionCommands } from './action.ts';
import { agentCommands } from './agent.ts';
import { correctionCommands } from './correction.ts';
import { invariantCommands } from './invariant.ts';
import { maintenanceCommands } from './maintenance.ts';
import { ownerCommands } from './owner.ts';
import { planCommands } from './plan.ts';
import { queryCommands } from './query.ts';
import { rollbackCommands } from './rollback.ts';
import { rootCommands } from './root.ts';

/** Every command, in the order of the help. */
export const commandDefinitions: readonly CommandDefinition[] = [
  ...rootCommands,
  ...planCommands,
  ...rollbackCommands,
  ...correctionCommands,
  ...queryCommands,
  ...agentCommands,
  ...actionCommands,
  ...invariantCommands,
  ...ownerCommands,
  ...maintenanceCommands,
];

/** Commands with subcommands. */
export const commandGroups: readonly { name: string; summary: string }[] = [
  { name: 'plan', summary: 'Work on plans' },
  { name: 'plan checkpoint', summary: 'Work on checkpoints of a plan' },
  { name: 'owner', summary: 'Work on the process that owns the store' },
  { name: 'agent', summary: 'Look at the agents that can work on goals' },
  { name: 'action', summary: 'Work on actions: templates of plans' },
  { name: 'invariant', summary: 'Work on invariants: conditions that must hold' },
  { name: 'profile', summary: 'Show automation profiles' },
];

/** Flags every command accepts. */
export const globalFlags: readonly (readonly [flags: string, meaning: string])[] = [
  ['-C <dir>', 'run as if started in this folder'],
  ['--format <format>', 'rich, plain, json, jsonl or yaml; default rich on a terminal, else plain'],
  ['--json', 'short for --format json'],
  ['-q, --quiet', 'print only the result and errors'],
  ['-v, --verbose', 'print every decision, tool call and checkpoint, and the stacks of bugs'],
  ['--color <when>', 'auto, always or never; NO_COLOR and FORCE_COLOR are respected'],
  ['--no-input', 'never ask; a command that needs an answer fails with exit code 6'],
  ['-y, --yes', 'answer yes to all questions'],
  ['--store <dir>', 'store plans here; default <git common dir>/troupe'],
  ['--lock-timeout <seconds>', 'seconds to wait for a locked store; default 5'],
  ['-h, --help', 'show help'],
  ['--version', 'show the version'],
];
