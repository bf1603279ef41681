/**
 * Runs the tool calls of agents. Resolves the name, evaluates the guards, parses input and output, and records every
 * call: the actual input, the actual output, and the duration.
 *
 * 1. Calls run one at a time, in the order they were made: the n-th call is the n-th after a crash too. A call that is found
 *    by its content has no position.
 * 2. A failed call makes no decisions.
 * 3. An aborted call has no record: it did not end.
 * 4. A recorded call is returned only for the same request.
 * 5. A call is recorded without secrets; the agent gets the tool's actual output.
 */

import { budgetError } from '../../model/budget.ts';
import type { CheckpointDraft, CheckpointTrigger } from '../../model/checkpoint.ts';
import { commandHint } from '../../model/command-hint.ts';
import type { DecisionDraft } from '../../model/decision.ts';
import { TroupeError } from '../../model/errors.ts';
import { isTooDeep } from '../../model/json.ts';
import { unattendedAnswer } from '../../model/question.ts';
import { createRedactor, type Redactor } from '../../model/redactor.ts';
import { describeIssue, describeIssues } from '../../model/schema-messages.ts';
import { type RecordedSpawn, spawnsIn } from '../../model/spawn.ts';
import type { ToolCall } from '../../model/tool.ts';
import type { ToolCaller } from '../../ports/agent.ts';
import type { Tool, ToolContext } from '../../ports/tool.ts';
import { redactCheckpoint, redactDecision, redactToolCall } from '../secrets/redaction.ts';
import { checkGuards } from './check-guards.ts';
import { createContentKeys } from './content-keys.ts';
import { createToolCallReplay, type ToolCallReplay } from './tool-call-replay.ts';
import { assertSameCall, tooDeepError, toolCancelledError } from './tool-errors.ts';
import type { PerformedCall, ToolRunnerOptions } from './tool-runner-options.ts';
import { createToolTable } from './tool-table.ts';

/** @throws {TroupeError} UNKNOWN_KEY when a tool has an unknown key */
export function createToolRunner(options: ToolRunnerOptions): ToolCaller {
  const redactor = options.redactor ?? createRedactor();
  const replay = createToolCallReplay({ redactor, log: line => options.log?.(line) });
  const runner: Runner = { options, table: createToolTable(options.tools), redactor, replay, spawned: [], calls: 0 };
  const keyOf = createContentKeys(options);
  let positions = 0;
  let last: Promise<unknown> = Promise.resolve();

  return async (name, input, { foundBy = 'position', signal, tool: own } = {}) => {
    const tool = own ?? runner.table.find(name);
    const position = foundBy === 'position' ? positions++ : null;
    const call = last.then(async () => {
      if (signal?.aborted) throw toolCancelledError(tool);
      if (isTooDeep(input)) throw tooDeepError(tool, 'its input');
      const sent = toJsonValue(input);
      const at = position ?? (await keyOf(tool, redactor.value(sent)));
      const ends = signal === undefined ? options.signal : AbortSignal.any([options.signal, signal]);
      return perform(runner, { at, tool, sent, signal: ends });
    });
    last = call.catch(() => undefined);
    return call;
  };
}

/** What the calls of one agent share. */
interface Runner {
  options: ToolRunnerOptions;
  table: ReturnType<typeof createToolTable>;
  redactor: Redactor;
  replay: ToolCallReplay;
  spawned: RecordedSpawn[];
  /** How many calls were made. */
  calls: number;
}

/** One call: its position or key, and its input as JSON. */
interface Call {
  at: number | string;
  tool: Tool;
  sent: unknown;
  signal: AbortSignal;
}

/** How a call ended in this process. A recorded one has neither. */
interface LiveEnd {
  failed?: { failure: unknown };
  success?: { result: unknown };
}

async function perform(runner: Runner, call: Call): Promise<unknown> {
  const { options, redactor, replay, spawned } = runner;
  const { at, tool, sent, signal } = call;
  if (signal.aborted) throw toolCancelledError(tool);
  const callsBefore = runner.calls++;
  const live: LiveEnd = {};
  const run = () => makeCall(runner, call, { callsBefore, live });
  const done = await (options.around?.(at, tool.sideEffects.includes('write_files'), run) ?? run());
  assertSameCall(redactor.value(done.call), tool, redactor.value(sent), at);
  spawned.push(...spawnsIn(done.decisions));
  options.onCall?.(done.call, { decisions: done.decisions, checkpoints: done.checkpoints });
  // Rethrow a bug as it was; after a crash only its record is left.
  if (live.failed !== undefined) throw live.failed.failure;
  if (live.success !== undefined) return live.success.result;
  if (done.call.error !== null) throw TroupeError.deserialize(TroupeError.serialize(done.call.error));
  const again = { decisions: [], checkpoints: [] };
  return replay.resultOf(done.call, tool, async () => toJsonValue(await invoke(runner, call, again)));
}

async function makeCall(
  runner: Runner,
  call: Call,
  { callsBefore, live }: { callsBefore: number; live: LiveEnd },
): Promise<PerformedCall> {
  const { options, table, redactor, replay } = runner;
  const { at, tool, sent, signal } = call;
  let startedAt = options.clock.now();
  const made = { decisions: [] as DecisionDraft[], checkpoints: [] as CheckpointDraft[] };
  let allowed = false;
  const { plan } = options;
  const spentUp = options.budget
    ? options.budget.call()
    : budgetError(plan.planId, plan.budget, { toolCalls: callsBefore });
  try {
    replay.assertNoPlaceholders(tool, sent);
    await checkGuards(options, { tool, callsBefore, input: redactor.value(sent), spentUp }, table);
    allowed = true;
    // The time of the approval does not count.
    startedAt = options.clock.now();
    const output = await invoke(runner, call, made);
    if (isTooDeep(output)) throw tooDeepError(tool, 'what it answered');
    live.success = { result: toJsonValue(output) };
  } catch (failure) {
    if (signal.aborted) throw toolCancelledError(tool, failure);
    live.failed = { failure };
    made.decisions = [];
  } finally {
    if (spentUp === null) options.budget?.called(allowed);
  }
  const record: ToolCall = {
    callId: options.mintId(),
    planId: plan.planId,
    tool: tool.name,
    input: sent,
    result: live.success?.result ?? null,
    error: live.failed === undefined ? null : TroupeError.serialize(live.failed.failure),
    durationMs: options.clock.now() - startedAt,
    startedAt: new Date(startedAt).toISOString(),
    undone: false,
    ...(typeof at === 'string' && { key: at }),
  };
  return {
    call: redactToolCall(record, redactor),
    checkpoints: made.checkpoints.map(each => redactCheckpoint(each, redactor)),
    decisions: made.decisions.map(decision => redactDecision(decision, redactor)),
  };
}

async function invoke(
  { options, spawned }: Runner,
  { tool, sent, signal }: Call,
  made: Omit<PerformedCall, 'call'>,
): Promise<unknown> {
  const parsed = tool.input.safeParse(sent, { error: describeIssue });
  if (!parsed.success) {
    if (tool.invalid !== undefined) return tool.invalid(parsed.error);
    const problems = describeIssues(parsed.error, 'input');
    throw new TroupeError('TOOL_REFUSED', `${tool.name} does not understand its input: ${problems}`, {
      where: tool.name,
      hints: [commandHint('plan logs')],
    });
  }
  const checkpoint = async (trigger: CheckpointTrigger, label: string | null) => {
    if (options.checkpoint === undefined) {
      throw new TroupeError('TOOL_REFUSED', 'Checkpoints cannot be made here', { where: tool.name });
    }
    const draft = await options.checkpoint(trigger, label, tool.name);
    made.checkpoints.push(draft);
    return draft;
  };
  const automatic = async (trigger: 'beforeToolExecute' | 'afterToolExecute') => {
    const wanted = options.checkpointOn?.includes(trigger) && tool.sideEffects.includes('write_files');
    if (wanted) await checkpoint(trigger, null);
  };
  const context: ToolContext = {
    plan: options.plan,
    phase: options.phase,
    files: options.files,
    openEnvironment: () => options.workplace(),
    signal,
    key: options.key ?? options.plan.planId,
    mintId: options.mintId,
    decide: decision => {
      made.decisions.push(decision);
    },
    spawns: () => [...new Map([...(options.spawns ?? []), ...spawned].map(each => [each.decisionId, each])).values()],
    checkpoint,
    askPerson: async question => (await options.askPerson?.(question, signal)) ?? unattendedAnswer,
    log: line => options.log?.(line),
  };
  await automatic('beforeToolExecute');
  const answer = tool.output.safeParse(await tool.run(parsed.data, context));
  if (!answer.success) throw new TypeError(`${tool.name} answered something else than it declares: ${answer.error}`);
  await automatic('afterToolExecute');
  return answer.data;
}

/** Returns the value after a JSON round trip, so that a result is the same whether it is new or was recorded. */
function toJsonValue(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? null : JSON.parse(text);
}
