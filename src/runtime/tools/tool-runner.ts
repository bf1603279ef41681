/**
 * Runs the tool calls of agents. Resolves the name, evaluates the guards, parses input and output, and records every
 * call: the actual input, the actual output, and the duration.
 *
 * 1. Calls run one at a time, in the order they were made: the n-th call is the n-th after a crash too.
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
import { createRedactor, type Redactor } from '../../model/redactor.ts';
import { describeIssue } from '../../model/schema-messages.ts';
import { type RecordedSpawn, spawnsIn } from '../../model/spawn.ts';
import type { ToolCall } from '../../model/tool.ts';
import type { ToolCaller } from '../../ports/agent.ts';
import type { Tool, ToolContext } from '../../ports/tool.ts';
import { redactCheckpoint, redactDecision, redactToolCall } from '../secrets/redaction.ts';
import { checkGuards } from './check-guards.ts';
import { createToolCallReplay } from './tool-call-replay.ts';
import { assertSameCall, tooDeepError, toolCancelledError } from './tool-errors.ts';
import type { PerformedCall, ToolRunnerOptions } from './tool-runner-options.ts';
import { createToolTable } from './tool-table.ts';

/** @throws {TroupeError} UNKNOWN_KEY when a tool has an unknown key */
export function createToolRunner(options: ToolRunnerOptions): ToolCaller {
  const table = createToolTable(options.tools);
  const spawned: RecordedSpawn[] = [];
  const redactor = options.redactor ?? createRedactor();
  const replay = createToolCallReplay({ redactor, log: line => options.log?.(line) });
  let calls = 0;
  let last: Promise<unknown> = Promise.resolve();

  const perform = async (index: number, tool: Tool, input: unknown): Promise<unknown> => {
    if (options.signal.aborted) throw toolCancelledError(tool);
    if (isTooDeep(input)) throw tooDeepError(tool, 'its input');
    const sent = toJsonValue(input);
    let outcome: CallOutcome | null = null;
    const done = await around(index, tool, async () => {
      const attempt = await attemptCall({ options, table, redactor, replay, spawned }, { tool, index, sent });
      outcome = attempt.outcome;
      return attempt.performed;
    });
    assertSameCall(redactor.value(done.call), tool, redactor.value(sent), index);
    spawned.push(...spawnsIn(done.decisions));
    options.onCall?.(done.call, { decisions: done.decisions, checkpoints: done.checkpoints });
    const known = outcome as CallOutcome | null;
    // Rethrow a bug as it was; after a crash only its record is left.
    if (known !== null && 'failure' in known) throw known.failure;
    if (known !== null) return known.result;
    if (done.call.error !== null) throw TroupeError.deserialize(TroupeError.serialize(done.call.error));
    const again = { decisions: [], checkpoints: [] };
    return replay.resultOf(done.call, tool, async () => toJsonValue(await invoke(options, tool, sent, again, spawned)));
  };
  const around = (index: number, tool: Tool, run: () => Promise<PerformedCall>) =>
    options.around?.(index, tool.sideEffects.includes('write_files'), run) ?? run();

  return async (name, input) => {
    const tool = table.find(name);
    const index = calls++;
    const call = last.then(() => perform(index, tool, input));
    last = call.catch(() => undefined);
    return call;
  };
}

/** How a call ended that was made in this process. */
type CallOutcome = { result: unknown } | { failure: unknown };

interface CallEnvironment {
  options: ToolRunnerOptions;
  table: ReturnType<typeof createToolTable>;
  redactor: Redactor;
  replay: ReturnType<typeof createToolCallReplay>;
  spawned: readonly RecordedSpawn[];
}

/** Makes a call if the guards allow it, and records it without secrets. @throws {TroupeError} CANCELLED */
async function attemptCall(
  { options, table, redactor, replay, spawned }: CallEnvironment,
  { tool, index, sent }: { tool: Tool; index: number; sent: unknown },
): Promise<{ outcome: CallOutcome; performed: PerformedCall }> {
  let startedAt = options.clock.now();
  const made = { decisions: [] as DecisionDraft[], checkpoints: [] as CheckpointDraft[] };
  let outcome: CallOutcome;
  let allowed = false;
  const { plan } = options;
  const spentUp = options.budget ? options.budget.call() : budgetError(plan.planId, plan.budget, { toolCalls: index });
  try {
    replay.assertNoPlaceholders(tool, sent);
    await checkGuards(options, { tool, callsBefore: index, input: redactor.value(sent), spentUp }, table);
    allowed = true;
    // The time of the approval does not count.
    startedAt = options.clock.now();
    const output = await invoke(options, tool, sent, made, spawned);
    if (isTooDeep(output)) throw tooDeepError(tool, 'what it answered');
    outcome = { result: toJsonValue(output) };
  } catch (failure) {
    if (options.signal.aborted) throw toolCancelledError(tool, failure);
    outcome = { failure };
    made.decisions = [];
  } finally {
    if (spentUp === null) options.budget?.called(allowed);
  }
  const call: ToolCall = {
    callId: options.mintId(),
    planId: plan.planId,
    tool: tool.name,
    input: sent,
    result: 'result' in outcome ? outcome.result : null,
    error: 'failure' in outcome ? TroupeError.serialize(outcome.failure) : null,
    durationMs: options.clock.now() - startedAt,
    startedAt: new Date(startedAt).toISOString(),
    undone: false,
  };
  return {
    outcome,
    performed: {
      call: redactToolCall(call, redactor),
      checkpoints: made.checkpoints.map(each => redactCheckpoint(each, redactor)),
      decisions: made.decisions.map(decision => redactDecision(decision, redactor)),
    },
  };
}

async function invoke(
  options: ToolRunnerOptions,
  tool: Tool,
  input: unknown,
  made: Omit<PerformedCall, 'call'>,
  spawned: readonly RecordedSpawn[],
): Promise<unknown> {
  const parsed = tool.input.safeParse(input, { error: describeIssue });
  if (!parsed.success) {
    if (tool.invalid !== undefined) return tool.invalid(parsed.error);
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
    throw new TroupeError('TOOL_REFUSED', `${tool.name} does not understand its input: ${problems.join('; ')}`, {
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
    signal: options.signal,
    key: options.key ?? options.plan.planId,
    mintId: options.mintId,
    decide: decision => {
      made.decisions.push(decision);
    },
    spawns: () => [...new Map([...(options.spawns ?? []), ...spawned].map(each => [each.decisionId, each])).values()],
    checkpoint,
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
