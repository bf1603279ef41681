import type { CommandDefinition } from '../command.ts';
import { command as actionCreate } from './action/create.ts';
import { command as actionList } from './action/list.ts';
import { command as actionShow } from './action/show.ts';
import { command as agentList } from './agent/list.ts';
import { command as agentResume } from './agent/resume.ts';
import { command as agentTest } from './agent/test.ts';
import { command as doctor } from './doctor.ts';
import { command as exportCommand } from './export.ts';
import { command as gc } from './gc.ts';
import { command as help } from './help.ts';
import { command as importCommand } from './import.ts';
import { command as init } from './init.ts';
import { command as inspect } from './inspect.ts';
import { command as invariantAdd } from './invariant/add.ts';
import { command as invariantList } from './invariant/list.ts';
import { command as invariantRemove } from './invariant/remove.ts';
import { command as mcp } from './mcp.ts';
import { command as ownerServe } from './owner/serve.ts';
import { command as ownerStart } from './owner/start.ts';
import { command as ownerStatus } from './owner/status.ts';
import { command as ownerStop } from './owner/stop.ts';
import { command as planAnswer } from './plan/answer.ts';
import { command as planApply } from './plan/apply.ts';
import { command as planApprove } from './plan/approve.ts';
import { command as planCancel } from './plan/cancel.ts';
import { command as planCheckpointCreate } from './plan/checkpoint/create.ts';
import { command as planCheckpointDelete } from './plan/checkpoint/delete.ts';
import { command as planCheckpointList } from './plan/checkpoint/list.ts';
import { command as planCheckpointShow } from './plan/checkpoint/show.ts';
import { command as planConflicts } from './plan/conflicts.ts';
import { command as planCorrect } from './plan/correct.ts';
import { command as planCorrections } from './plan/corrections.ts';
import { command as planDeny } from './plan/deny.ts';
import { command as planDiff } from './plan/diff.ts';
import { command as planEdit } from './plan/edit.ts';
import { command as planExecute } from './plan/execute.ts';
import { command as planExplain } from './plan/explain.ts';
import { command as planFork } from './plan/fork.ts';
import { command as planList } from './plan/list.ts';
import { command as planLogs } from './plan/logs.ts';
import { command as planPause } from './plan/pause.ts';
import { command as planPrompt } from './plan/prompt.ts';
import { command as planReject } from './plan/reject.ts';
import { command as planResolve } from './plan/resolve.ts';
import { command as planResume } from './plan/resume.ts';
import { command as planRevert } from './plan/revert.ts';
import { command as planReview } from './plan/review.ts';
import { command as planRollback } from './plan/rollback.ts';
import { command as planStatus } from './plan/status.ts';
import { command as planTree } from './plan/tree.ts';
import { command as planUse } from './plan/use.ts';
import { command as profileList } from './profile/list.ts';
import { command as profileShow } from './profile/show.ts';
import { command as replay } from './replay.ts';
import { command as run } from './run.ts';
import { command as ui } from './ui.ts';
import { command as workerList } from './worker/list.ts';
import { command as worker } from './worker.ts';

/** Every command, in the order of the help. */
export const commandDefinitions: readonly CommandDefinition[] = [
  ...[init, run, ui, inspect, mcp, doctor, help],
  ...[
    planUse,
    planExecute,
    planApply,
    planResolve,
    planApprove,
    planDeny,
    planAnswer,
    planPause,
    planResume,
    planCancel,
    planRevert,
    planPrompt,
  ],
  ...[planRollback, planCheckpointCreate, planCheckpointList, planCheckpointShow, planCheckpointDelete],
  ...[planCorrect, planReject, planEdit, planCorrections, planFork],
  ...[planStatus, planList, planTree, planExplain, planDiff, planReview, planConflicts, planLogs],
  ...[agentList, agentResume, agentTest],
  ...[actionCreate, actionList, actionShow],
  ...[invariantAdd, invariantList, invariantRemove, profileList, profileShow],
  ...[ownerStatus, ownerStart, ownerStop, ownerServe],
  ...[worker, workerList],
  ...[gc, exportCommand, importCommand, replay],
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
  ['--store <place>', 'store plans in this folder or database (postgres://…); default <git common dir>/troupe'],
  ['--lock-timeout <seconds>', 'seconds to wait for a locked store; default 5'],
  ['-h, --help', 'show help'],
  ['--version', 'show the version'],
];
