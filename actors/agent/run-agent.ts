import type { EffectContext } from '../../src/durable/effect.ts';
import type { Decision, DecisionDraft } from '../../src/model/decision.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { adviceFrom } from '../../src/model/failure-pattern.ts';
import { isTooDeep, nestingMax } from '../../src/model/json.ts';
import { logStepByRole, outputStepOf } from '../../src/model/log-line.ts';
import { isExecutionDecision, spawnsIn } from '../../src/model/spawn.ts';
import type { AgentAnswer, AgentTask } from '../../src/ports/agent.ts';
import type { BudgetLease } from '../../src/ports/budget.ts';
import type { SandboxEnvironment } from '../../src/ports/tool.ts';
import { looksAtFiles } from '../invariants/violations.ts';
import { resolveProject } from '../resolve-project.ts';
import { pruneCheckpoints } from '../sandbox/prune-checkpoints.ts';
import { openSandboxEnvironment } from '../sandbox/sandbox-environment.ts';
import type { EffectServices, RecordedToolCall } from '../services.ts';
import { type Abortable, createAbortable, isBudgetError } from './abortable.ts';
import { acquireSlot } from './acquire-slot.ts';
import type { AgentJob } from './agent-job.ts';
import { askPerson } from './ask-person.ts';
import { type CallRecord, createCallRecord } from './call-record.ts';
import { checkDecisions, checkLevels, checkSpawns } from './check-decisions.ts';
import type { Mentions } from './mentions.ts';
import { withRateLimitDetails } from './rate-limit.ts';
import { createAsk } from './record-answer.ts';
import { withUsage } from './record-usage.ts';
import { type ApprovalSubject, createPermitKeys, requestApproval } from './request-approval.ts';
import { openSessionRecord } from './task-session.ts';
import { createElsewhere } from './work-elsewhere.ts';

export interface AgentOutcome {
  answer: AgentAnswer;
  /** The decisions of its tool calls and of its answer, in order. */
  decisions: DecisionDraft[];
  toolCalls: number;
  /** Identifies this run, as `actorStateRef` of its decisions. */
  run: string;
  /**
   * The files of the sandbox, where they are known: its last call captured them, and the agent changes files by calls alone.
   * Otherwise null.
   */
  tree: string | null;
}

/** The last step before the agent runs: once it is recorded, the agent may have changed files. */
export const adviceStep = 'lessons';

/** The step of what an agent does once. */
export const onceStep = (name: string): string => `once/${name}`;

/** For work whose failure is ignored: no checkout is watched. */
const noMentions: Mentions = { line: () => undefined, call: () => undefined, of: () => null };

/**
 * Runs an agent in a sandbox: the only place where an agent is invoked. Every tool call is a durable step. After a
 * crash a completed call is not repeated: the agent gets its recorded result, and the sandbox gets the tree after it.
 */
export async function runAgent(
  services: EffectServices,
  context: EffectContext<unknown>,
  job: AgentJob,
  mentions: Mentions = noMentions,
): Promise<AgentOutcome> {
  let waited = false;
  const { planId, actionDir } = job.spec;
  const { account } = services.agents(job.agent, actionDir);
  const limited = services.turns.rateLimitOf(account, planId);
  if (limited !== null) throw limited;
  const releaseAgent = await services.turns.acquire(job.agent, {
    signal: context.signal,
    onQueued(queue) {
      waited = true;
      return context.sendToParent([{ type: 'agent.queued', queue }]);
    },
  });
  try {
    if (waited) await context.sendToParent([{ type: 'agent.admitted' }]);
    await acquireSlot(services, context, job.spec);
    const outcome = await runWithTools(services, context, job, mentions);
    services.turns.noteRateLimit(account, planId, null);
    return outcome;
  } catch (thrown) {
    if (TroupeError.is(thrown) && thrown.category === 'rate_limited') {
      services.turns.noteRateLimit(account, planId, thrown);
    }
    throw thrown;
  } finally {
    await releaseAgent();
  }
}

/** What one run of an agent works with. */
interface Run {
  services: EffectServices;
  context: EffectContext<unknown>;
  job: AgentJob;
  mentions: Mentions;
  /** Decisions recorded before it. */
  recorded: Decision[];
  account: BudgetLease;
  /** Ends the work when its budget is exhausted. */
  budget: Abortable;
  /** Ends when the work must stop, and when the agent has ended. */
  signal: AbortSignal;
}

async function runWithTools(
  services: EffectServices,
  context: EffectContext<unknown>,
  job: AgentJob,
  mentions: Mentions,
): Promise<AgentOutcome> {
  const { spec } = job;
  const recorded = await services.ledger.decisions(spec.planId);
  const budget = createAbortable();
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, budget.signal, over.signal]);
  const account = await services.budgets.open(spec, budget.abort);
  const run: Run = { services, context, job, mentions, recorded, account, budget, signal };
  // Spawns requested by an earlier run of the execution agent no longer count.
  const spawns = spawnsIn(recorded.filter(decision => !isExecutionDecision(decision)));
  const onRecorded = ({ call: { error } }: RecordedToolCall) => {
    // An agent might ignore a refused call; with an exhausted budget its work must end.
    if (isBudgetError(error)) budget.abort(TroupeError.deserialize(TroupeError.serialize(error)));
  };
  /** Programs may change files without a call: the agent itself, or a check of an invariant after a call. */
  const mayChangeFiles =
    services.agents(job.agent, spec.actionDir).usesDirectory !== false || spec.invariants.some(looksAtFiles);
  const record = createCallRecord({ services, context, job, mentions, spawns, mayChangeFiles, onRecorded });
  const answer = await runTask(run, record).finally(() => over.abort());
  if (context.signal.aborted) throw new TroupeError('CANCELLED', 'The work was stopped');
  checkLevels(spec, answer);
  await pruneCheckpoints(services, context, spec);
  const made = ownDecisions(run, record.decisions, answer);
  checkDecisions(spec, job.phase, made.decisions, new Set(recorded.map(({ decisionId }) => decisionId)));
  checkSpawns(services, spec, record.spawns, answer.decisions);
  return { answer, ...made, toolCalls: record.count, tree: record.tree };
}

/** Gives the task to the agent, with its tools, and resolves with its answer. */
async function runTask(run: Run, record: CallRecord): Promise<AgentAnswer> {
  const { services, context, job, recorded, account, budget, signal } = run;
  const { spec, sandbox } = job;
  const agent = services.agents(job.agent, spec.actionDir);
  const place = createPlace(run);
  const tools = createTaskTools(run, record, place);
  // Recorded, so that after a crash the agent gets the same advice even if the project has learned more since.
  const lessons = await context.step(adviceStep, async () =>
    adviceFrom(await services.ledger.failurePatterns(), job.role),
  );
  const session = await openSessionRecord(services, context, job, agent);
  const task: Omit<AgentTask, 'reportUsage' | 'variables'> = {
    role: job.role,
    plan: spec,
    attempt: job.attempt,
    directory: sandbox.path,
    decisions: recorded,
    guidance: job.guidance,
    advice: lessons,
    problem: job.problem,
    choices: job.choices,
    diff: job.diff ?? null,
    ...tools,
    once: (name, act) => context.step(onceStep(name), async () => recordable(services, await act())),
    session: session.task,
    ask: createAsk({ account, context, job, redactor: services.redactor }),
    signal,
    key: context.key,
  };
  const whileWorking = agent.repeatsUsage === false;
  return withUsage({ account, context, job, whileWorking, session }, reportUsage =>
    budget.race(
      withRateLimitDetails(services.clock, async () => {
        const { actionDir } = spec;
        const work = {
          agent: job.agent,
          actionDir,
          task: { ...task, reportUsage },
          onlyLooking: isLooking(job),
          place,
        };
        return services.dispatcher.runAgent({ ...work, ...createElsewhere(services, context, job, record, tools.log) });
      }),
    ),
  );
}

function createPlace({ services, context, job, signal }: Run): () => Promise<SandboxEnvironment> {
  const onlyLooking = isLooking(job);
  return () => openSandboxEnvironment(services, job.spec, job.sandbox, { signal, key: context.key, onlyLooking });
}

/** A reviewer may run the project's own tools, which need the set-up. */
const isLooking = ({ phase, role }: AgentJob): boolean => phase === 'strategize' || role === 'apply';

/** The tools of the task, and what judges an agent that works by its own means. */
function createTaskTools(
  run: Run,
  record: CallRecord,
  workplace: () => Promise<SandboxEnvironment>,
): Pick<AgentTask, 'call' | 'permit' | 'log' | 'logOutput'> {
  const { services, context, job, mentions, account, budget, signal } = run;
  const { spec, sandbox } = job;
  const { project } = resolveProject(services, spec);
  const confidence = confidenceOf(run.recorded);
  const asking = { spec, folder: sandbox.path, confidence };
  const approveAt =
    (keyOf: (request: ApprovalSubject) => number | string | Promise<string>) => async (request: ApprovalSubject) => {
      const at = await keyOf(request);
      const resumeClock = account.pauseClock();
      return requestApproval(services, context, { ...asking, ...request, at }).finally(resumeClock);
    };
  const logTo = (step: string) => (line: string) => {
    mentions.line(line);
    services.log(spec.planId, step, line);
  };
  const step = logStepByRole[job.role];
  const log = logTo(step);
  const bench = { spec, phase: job.phase, role: job.role, signal, account, confidence };
  const askPermit = services.permit({ ...bench, approve: approveAt(createPermitKeys()) });
  return {
    call: services.tools({
      ...bench,
      files: project.filesOf(sandbox.key),
      workplace,
      key: context.key,
      spawns: record.spawns,
      approve: approveAt(() => record.current),
      askPerson(question, ends) {
        const resumeClock = account.pauseClock();
        return askPerson(services, context, { ...asking, question, at: record.current }, ends).finally(resumeClock);
      },
      tree: async () => (await project.capture({ key: sandbox.key })).tree,
      checkpoint: record.checkpoint,
      log,
      around: record.around,
    }),
    permit: (tool, input) =>
      askPermit(tool, input).catch(thrown => {
        if (isBudgetError(thrown)) budget.abort(thrown);
        throw thrown;
      }),
    log,
    logOutput: logTo(outputStepOf(step)),
  };
}

/** Returns the decisions of the run, with what identifies it. Continuing from a checkpoint keeps the run. */
function ownDecisions(
  { context, job: { spec, role }, recorded }: Run,
  decisions: readonly DecisionDraft[],
  answer: AgentAnswer,
): Pick<AgentOutcome, 'decisions' | 'run'> {
  const recordedById = new Map(recorded.map(decision => [decision.decisionId, decision]));
  const earlier = decisions.find(({ decisionId }) => recordedById.has(decisionId));
  const run = recordedById.get(earlier?.decisionId ?? '')?.contextSnapshot.actorStateRef ?? `${role}:${context.key}`;
  const made = [...decisions.filter(({ decisionId }) => !recordedById.has(decisionId)), ...answer.decisions].map(
    decision => ({
      ...decision,
      parentDecisionId: decision.parentDecisionId ?? spec.decisionRootId,
      contextSnapshot: { ...decision.contextSnapshot, actorStateRef: run },
    }),
  );
  return { decisions: made, run };
}

/** Returns what is recorded of a result: without secrets. @throws {TroupeError} AGENT_FAILED when it nests too deep */
function recordable<Result>({ redactor }: EffectServices, result: Result): Result {
  if (!isTooDeep(result)) return redactor.value(result);
  throw new TroupeError('AGENT_FAILED', `What the agent answered nests deeper than ${nestingMax} levels`);
}

/** Returns the lowest confidence among decisions that chose something, 1 when there are none. */
export function confidenceOf(decisions: readonly { type: string; confidence: number }[]): number {
  const choices = decisions.filter(({ type }) => type !== 'prompt_definition' && type !== 'invariant_enforced');
  return choices.reduce((lowest, { confidence }) => Math.min(lowest, confidence), 1);
}
