import type { EffectContext } from '../../src/durable/effect.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { adviceFrom } from '../../src/model/failure-pattern.ts';
import { isTooDeep, nestingMax } from '../../src/model/json.ts';
import { logStepByRole, outputStepOf } from '../../src/model/log-line.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { isExecutionDecision, spawnsIn } from '../../src/model/spawn.ts';
import type { AgentAnswer, AgentTask } from '../../src/ports/agent.ts';
import { checkAfterCall } from '../invariants/check-after-call.ts';
import { looksAtFiles } from '../invariants/violations.ts';
import { resolveProject } from '../resolve-project.ts';
import { createCheckpoint } from '../sandbox/create-checkpoint.ts';
import { pruneCheckpoints, pruneEvery } from '../sandbox/prune-checkpoints.ts';
import { openSandboxEnvironment } from '../sandbox/sandbox-environment.ts';
import type { EffectServices, RecordedToolCall } from '../services.ts';
import { createAbortable, isBudgetError } from './abortable.ts';
import { acquireSlot } from './acquire-slot.ts';
import type { AgentJob } from './agent-job.ts';
import { checkDecisions, checkLevels, checkSpawns } from './check-decisions.ts';
import type { Mentions } from './mentions.ts';
import { withRateLimitDetails } from './rate-limit.ts';
import { createAsk } from './record-answer.ts';
import { withUsage } from './record-usage.ts';
import { type ApprovalSubject, createPermitKeys, requestApproval } from './request-approval.ts';
import { openSessionRecord } from './task-session.ts';

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

async function runWithTools(
  services: EffectServices,
  context: EffectContext<unknown>,
  job: AgentJob,
  mentions: Mentions,
): Promise<AgentOutcome> {
  const { spec, sandbox } = job;
  const { project } = resolveProject(services, spec);
  const answered = job.answered ?? [];
  const agent = services.agents(job.agent, spec.actionDir);
  /** Programs may change files without a call: the agent itself, or a check of an invariant after a call. */
  const mayChangeFiles = agent.usesDirectory !== false || spec.invariants.some(looksAtFiles);
  const recorded = await services.ledger.decisions(spec.planId);
  const decisions: DecisionDraft[] = [];
  let toolCalls = 0;
  const budget = createAbortable();
  const signal = AbortSignal.any([context.signal, budget.signal]);
  const account = await services.budgets.open(spec, budget.abort);
  // Spawns requested by an earlier run of the execution agent no longer count.
  const spawns = spawnsIn(recorded.filter(decision => !isExecutionDecision(decision)));

  /** The files since the last call; null while one is made, and after one that does not say what it changed. */
  let capturedTree: string | null = null;
  /** The current call (one at a time), and the number of checkpoints created in it. */
  let current = { index: 0, checkpoints: 0 };
  const around = async (
    index: number,
    writes: boolean,
    run: () => Promise<Omit<RecordedToolCall, 'tree'>>,
  ): Promise<RecordedToolCall> => {
    capturedTree = null;
    const before = answered[index];
    if (before !== undefined) return accept({ ...before, checkpoints: [], tree: null });
    let live = false;
    const done = await context.step<RecordedToolCall>(
      `call/${index}`,
      async () => {
        live = true;
        current = { index, checkpoints: 0 };
        const result = await run();
        if (!writes) return { ...result, tree: null };
        const last = result.checkpoints.at(-1);
        const tree =
          last?.trigger === 'afterToolExecute' ? last.treeOid : (await project.capture({ key: sandbox.key })).tree;
        return { ...result, tree };
      },
      {
        emit: result => [
          ...checkpointsOf(result, spec, true),
          { type: 'tool.called', planId: spec.planId, role: job.role, call: result.call, decisions: result.decisions },
          ...checkpointsOf(result, spec, false),
        ],
        // A strategy only reads, and a fix counts as a round: only execution reports steps.
        sendToParent: () => (job.role === 'execution' ? [{ type: 'step.completed', step: index }] : []),
      },
    );
    if (!live && done.tree !== null) await project.restore({ key: sandbox.key, tree: done.tree });
    if (done.tree !== null) await checkAfterCall(services, context, job, { index, tree: done.tree });
    if (!mayChangeFiles) capturedTree = done.tree;
    if (live && index % pruneEvery === pruneEvery - 1) await pruneCheckpoints(services, context, spec);
    // An agent might ignore a refused call; with an exhausted budget its work must end.
    if (isBudgetError(done.call.error)) budget.abort(TroupeError.deserialize(TroupeError.serialize(done.call.error)));
    return accept(done);
  };
  const accept = (done: RecordedToolCall): RecordedToolCall => {
    toolCalls += 1;
    mentions.call(done.call);
    decisions.push(...done.decisions);
    spawns.push(...spawnsIn(done.decisions));
    return done;
  };

  const log = (line: string) => {
    mentions.line(line);
    services.log(spec.planId, logStepByRole[job.role], line);
  };
  const logOutput = (line: string) => {
    mentions.line(line);
    services.log(spec.planId, outputStepOf(logStepByRole[job.role]), line);
  };
  // A reviewer may run the project's own tools, which need the set-up.
  const isLooking = job.phase === 'strategize' || job.role === 'apply';
  const place = () =>
    openSandboxEnvironment(services, spec, sandbox, { signal, key: context.key, onlyLooking: isLooking });
  const confidence = confidenceOf(recorded);
  const approveAt =
    (keyOf: (request: ApprovalSubject) => number | Promise<string>) => async (request: ApprovalSubject) => {
      const at = await keyOf(request);
      const resumeClock = account.pauseClock();
      const question = { ...request, spec, folder: sandbox.path, at, confidence };
      return requestApproval(services, context, question).finally(resumeClock);
    };
  const bench = { spec, phase: job.phase, role: job.role, signal, account, confidence };
  const call = services.tools({
    ...bench,
    files: project.filesOf(sandbox.key),
    workplace: place,
    key: context.key,
    spawns,
    approve: approveAt(() => current.index),
    checkpoint: (trigger, label, tool) => {
      const mark = `${context.key}/call-${current.index}-${current.checkpoints++}`;
      return createCheckpoint(services, spec, { key: sandbox.key, mark, trigger, label, tool });
    },
    log,
    around,
  });
  const askPermit = services.permit({ ...bench, approve: approveAt(createPermitKeys()) });
  const permit: AgentTask['permit'] = (tool, input) =>
    askPermit(tool, input).catch(thrown => {
      if (isBudgetError(thrown)) budget.abort(thrown);
      throw thrown;
    });

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
    call,
    permit,
    once: (name, act) => context.step(onceStep(name), async () => recordable(services, await act())),
    session: session.task,
    ask: createAsk({ account, context, job, redactor: services.redactor }),
    log,
    logOutput,
    signal,
    key: context.key,
  };
  const whileWorking = agent.repeatsUsage === false;
  const answer = await withUsage({ account, context, job, whileWorking, session }, reportUsage =>
    budget.race(
      withRateLimitDetails(services.clock, async () => {
        const { actionDir } = spec;
        return services.dispatcher.runAgent({ agent: job.agent, actionDir, task: { ...task, reportUsage }, place });
      }),
    ),
  );
  if (context.signal.aborted) throw new TroupeError('CANCELLED', 'The work was stopped');
  checkLevels(spec, answer);
  await pruneCheckpoints(services, context, spec);

  const recordedById = new Map(recorded.map(decision => [decision.decisionId, decision]));
  // Continuing from a checkpoint keeps the run.
  const earlier = decisions.find(({ decisionId }) => recordedById.has(decisionId));
  const run =
    recordedById.get(earlier?.decisionId ?? '')?.contextSnapshot.actorStateRef ?? `${job.role}:${context.key}`;
  const made = [...decisions.filter(({ decisionId }) => !recordedById.has(decisionId)), ...answer.decisions].map(
    decision => ({
      ...decision,
      parentDecisionId: decision.parentDecisionId ?? spec.decisionRootId,
      contextSnapshot: { ...decision.contextSnapshot, actorStateRef: run },
    }),
  );
  checkDecisions(spec, job.phase, made, new Set(recordedById.keys()));
  checkSpawns(services, spec, spawns, answer.decisions);
  return { answer, decisions: made, toolCalls, run, tree: capturedTree };
}

/** Returns what is recorded of a result: without secrets. @throws {TroupeError} AGENT_FAILED when it nests too deep */
function recordable<Result>({ redactor }: EffectServices, result: Result): Result {
  if (!isTooDeep(result)) return redactor.value(result);
  throw new TroupeError('AGENT_FAILED', `What the agent answered nests deeper than ${nestingMax} levels`);
}

/** Returns the checkpoints created before, or after, their call. */
function checkpointsOf({ checkpoints }: RecordedToolCall, { planId }: PlanSpec, before: boolean) {
  return checkpoints
    .filter(({ trigger }) => (trigger === 'beforeToolExecute') === before)
    .map(checkpoint => ({ type: 'checkpoint.created', planId, checkpoint }));
}

/** Returns the lowest confidence among decisions that chose something, 1 when there are none. */
export function confidenceOf(decisions: readonly { type: string; confidence: number }[]): number {
  const choices = decisions.filter(({ type }) => type !== 'prompt_definition' && type !== 'invariant_enforced');
  return choices.reduce((lowest, { confidence }) => Math.min(lowest, confidence), 1);
}
