/**
 * The one way from an agent to the world. It resolves the name, asks the guards, parses what goes in and what comes
 * out, and hands on a record of every call: what was really sent, what really came back, how long it took.
 *
 * 1. Calls are made one at a time, in the order in which they were asked for: the n-th call is the n-th after a crash too.
 * 2. A call that failed decides nothing.
 * 3. A call that was cut off by an abort has no record: it did not end.
 * 4. A recorded call is only given in answer to the same question.
 * 5. A call is recorded without secrets; the agent gets what the tool answered.
 */
import type { AgentRole } from '../model/agent.ts';
import { type ApprovalAnswer, shownInput } from '../model/approval.ts';
import { exhausted } from '../model/budget.ts';
import { callInWords } from '../model/call-words.ts';
import type { CheckpointDraft, CheckpointTrigger } from '../model/checkpoint.ts';
import type { DecisionDraft } from '../model/decision.ts';
import { Fault } from '../model/fault.ts';
import { inWords } from '../model/issue-words.ts';
import { isTooDeep } from '../model/json.ts';
import type { Phase, PlanSpec } from '../model/plan.ts';
import type { ThresholdName, ToolGuards } from '../model/profile.ts';
import { type Redactor, redactorOf } from '../model/redactor.ts';
import { type Spawned, spawnedIn } from '../model/spawning.ts';
import type { ToolCall } from '../model/tool.ts';
import type { ToolCaller } from '../ports/agent.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import type { Account } from '../ports/purse.ts';
import type { Tool, ToolContext, Workplace } from '../ports/tool.ts';
import { redactedCall, redactedDecision, redactedLabel } from './redaction.ts';
import { Replay } from './replay.ts';
import { denied, refuseAnotherQuestion, stopped, tooDeep } from './tool-faults.ts';
import { judge } from './tool-guards.ts';
import { toolTable } from './tool-table.ts';

/** One call that was made, and what came of it beside its result. */
export interface PerformedCall {
  call: ToolCall;
  decisions: DecisionDraft[];
  checkpoints: CheckpointDraft[];
}

export interface ApprovalRequest {
  tool: string;
  /** The call as a person reads it. */
  words: string;
  /** What the tool would be given, as JSON, short enough to be shown. */
  input: string;
  /** The threshold that was not reached. */
  threshold: ThresholdName;
}

export interface ToolRunnerOptions {
  tools: readonly Tool[];
  plan: PlanSpec;
  phase: Phase;
  agentRole: AgentRole;
  /** The sandbox. */
  files: Files;
  /** Where programs run in the sandbox; its folder is made where there is none yet. */
  workplace(): Promise<Workplace>;
  signal: AbortSignal;
  /** Marks every process a tool starts. @default the plan's id */
  key?: string;
  clock: Clock;
  mintId(): string;
  /** The confidence behind the plan, held against the profile's thresholds. @default 1 */
  confidence?: number;
  /** @default those of the plan's profile */
  guards?: ToolGuards;
  /** Subplans recorded so far; may grow meanwhile. @default none */
  spawns?: readonly Spawned[];
  /** Makes a checkpoint of the sandbox. @default checkpoints are refused */
  checkpoint?(trigger: CheckpointTrigger, label: string | null, tool: string | null): Promise<CheckpointDraft>;
  /** Checkpoints made by themselves around every call that may write. @default none */
  checkpointOn?: readonly ('beforeToolExecute' | 'afterToolExecute')[];
  /** Where calls are paid from. @default the plan's budget of calls, for this step alone */
  account?: Pick<Account, 'call' | 'called'>;
  /** Asks a person for what the profile does not let go by itself. @default nobody is asked: APPROVAL_NEEDED */
  approve?(request: ApprovalRequest): Promise<Pick<ApprovalAnswer, 'verdict' | 'reason'>>;
  /** Takes secrets out of what is recorded. @default one that knows the shapes of credentials and no values */
  redactor?: Redactor;
  log?(line: string): void;
  /** Receives every call as it was made, those replayed after a crash included. */
  onCall?(call: ToolCall, made: Omit<PerformedCall, 'call'>): void;
  /** Makes a call durable: runs it, or returns what was recorded under this index before a crash. */
  around?(index: number, writes: boolean, run: () => Promise<PerformedCall>): Promise<PerformedCall>;
}

/** @throws {Fault} UNKNOWN_KEY when a tool has a key that means nothing */
export function createToolRunner(options: ToolRunnerOptions): ToolCaller {
  const table = toolTable(options.tools);
  const spawned: Spawned[] = [];
  const redactor = options.redactor ?? redactorOf();
  const replay = new Replay({ redactor, log: line => options.log?.(line) });
  let calls = 0;
  let last: Promise<unknown> = Promise.resolve();

  const perform = async (index: number, tool: Tool, input: unknown): Promise<unknown> => {
    if (options.signal.aborted) throw stopped(tool);
    if (isTooDeep(input)) throw tooDeep(tool, 'its input');
    const sent = plain(input);
    let thrown: { failure: unknown } | null = null;
    let answered: { result: unknown } | null = null;
    const run = async (): Promise<PerformedCall> => {
      let startedAt = options.clock.now();
      const made = { decisions: [] as DecisionDraft[], checkpoints: [] as CheckpointDraft[] };
      let result: unknown = null;
      let allowed = false;
      const { plan } = options;
      const spentUp = options.account
        ? options.account.call()
        : exhausted(plan.planId, plan.budget, { toolCalls: index });
      try {
        replay.refuseStandIns(tool, sent);
        await consent(options, { tool, callsBefore: index, input: redactor.value(sent), spentUp }, table);
        allowed = true;
        // A person's time is not the tool's.
        startedAt = options.clock.now();
        const output = await invoke(options, tool, sent, made, spawned);
        if (isTooDeep(output)) throw tooDeep(tool, 'what it answered');
        result = plain(output);
        answered = { result };
      } catch (failure) {
        if (options.signal.aborted) throw stopped(tool, failure);
        thrown = { failure };
        made.decisions = [];
      } finally {
        if (spentUp === null) options.account?.called(allowed);
      }
      const call: ToolCall = {
        callId: options.mintId(),
        planId: options.plan.planId,
        tool: tool.name,
        input: sent,
        result,
        error: thrown === null ? null : Fault.store(thrown.failure),
        durationMs: options.clock.now() - startedAt,
        startedAt: new Date(startedAt).toISOString(),
        undone: false,
      };
      const decisions = made.decisions.map(decision => redactedDecision(decision, redactor));
      return {
        call: redactedCall(call, redactor),
        checkpoints: made.checkpoints.map(each => redactedLabel(each, redactor)),
        decisions,
      };
    };
    const done = await (options.around?.(index, tool.sideEffects.includes('write_files'), run) ?? run());
    refuseAnotherQuestion(redactor.value(done.call), tool, redactor.value(sent), index);
    spawned.push(...spawnedIn(done.decisions));
    options.onCall?.(done.call, { decisions: done.decisions, checkpoints: done.checkpoints });
    // A bug surfaces as it was thrown; after a crash only its record is left.
    if (thrown !== null) throw (thrown as { failure: unknown }).failure;
    if (answered !== null) return (answered as { result: unknown }).result;
    if (done.call.error !== null) throw Fault.revive(Fault.store(done.call.error));
    const again = { decisions: [], checkpoints: [] };
    return replay.resultOf(done.call, tool, async () => plain(await invoke(options, tool, sent, again, spawned)));
  };

  return async (name, input) => {
    const tool = table.find(name);
    const index = calls++;
    const call = last.then(() => perform(index, tool, input));
    last = call.catch(() => undefined);
    return call;
  };
}

/** @throws {Fault} what the guards say, or APPROVAL_NEEDED */
async function consent(
  options: ToolRunnerOptions,
  { tool, callsBefore, input, spentUp }: { tool: Tool; callsBefore: number; input: unknown; spentUp: Fault | null },
  table: ReturnType<typeof toolTable>,
): Promise<void> {
  const { plan, phase } = options;
  const verdict = judge(
    {
      tool,
      callsBefore,
      plan,
      phase,
      role: options.agentRole,
      confidence: options.confidence ?? 1,
      guards: options.guards ?? plan.profileSnapshot.guards,
      spentUp,
    },
    table,
  );
  if (verdict.kind === 'refuse') throw verdict.fault;
  if (verdict.kind === 'go') return;
  const { threshold } = verdict;
  const answer = await options.approve?.({
    tool: tool.name,
    words: callInWords(tool.name, input),
    input: shownInput(input),
    threshold,
  });
  if (answer?.verdict === 'approved') return;
  throw answer?.verdict === 'denied' ? denied(tool, plan, answer.reason) : unapproved(options, tool, threshold, answer);
}

function unapproved(
  { plan, confidence = 1 }: ToolRunnerOptions,
  tool: Tool,
  threshold: ThresholdName,
  answer: Pick<ApprovalAnswer, 'reason'> | undefined,
): Fault {
  const { name } = plan.profileSnapshot;
  const why = answer === undefined ? 'and there is nobody to ask' : `and was not approved: ${answer.reason}`;
  return new Fault('APPROVAL_NEEDED', `${tool.name} needs approval (profile ${name}), ${why}`, {
    where: `profile ${name}, threshold ${threshold}`,
    hints: [`troupe plan explain ${plan.planId}`, 'troupe profile list'],
    details: { tool: tool.name, threshold, confidence },
  });
}

async function invoke(
  options: ToolRunnerOptions,
  tool: Tool,
  input: unknown,
  made: Omit<PerformedCall, 'call'>,
  spawned: readonly Spawned[],
): Promise<unknown> {
  const parsed = tool.input.safeParse(input, { error: inWords });
  if (!parsed.success) {
    if (tool.invalid !== undefined) return tool.invalid(parsed.error);
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`);
    throw new Fault('TOOL_REFUSED', `${tool.name} does not understand its input: ${problems.join('; ')}`, {
      where: tool.name,
      hints: ['troupe plan logs'],
    });
  }
  const checkpoint = async (trigger: CheckpointTrigger, label: string | null) => {
    if (options.checkpoint === undefined) {
      throw new Fault('TOOL_REFUSED', 'Checkpoints cannot be made here', { where: tool.name });
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
    workplace: () => options.workplace(),
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

/** The value as JSON carries it, so that a result is the same whether it was just made or read back after a crash. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? null : JSON.parse(text);
}
