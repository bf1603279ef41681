import type { EffectContext } from '../src/durable/effect.ts';
import type { AgentRef, AgentRole } from '../src/model/agent.ts';
import type { Usage } from '../src/model/budget.ts';
import type { DecisionDraft } from '../src/model/decision.ts';
import { Fault } from '../src/model/fault.ts';
import { stepOfRole } from '../src/model/log-line.ts';
import { lessonsFrom } from '../src/model/pattern.ts';
import type { Phase, PlanSpec } from '../src/model/plan.ts';
import type { CallMade } from '../src/model/rollbacks.ts';
import { isOfWork, spawnedIn } from '../src/model/spawning.ts';
import type { AgentAnswer, AgentTask } from '../src/ports/agent.ts';
import type { Account } from '../src/ports/purse.ts';
import { checkpointNow } from './checkpoint.ts';
import { consentTo } from './consent.ts';
import { checkDecisions, checkLevels, checkSpawns } from './decisions.ts';
import { holdEach } from './each-call.ts';
import { heedingLimits } from './limits.ts';
import type { Mentions } from './mentions.ts';
import { projectOf } from './project.ts';
import { retain, retainEvery } from './retain.ts';
import { slotFor } from './slot-for.ts';
import { isSpentUp, stopping } from './stopping.ts';
import { workplaceOf } from './workplace.ts';
import type { RecordedCall, World } from './world.ts';

export interface AgentJob {
  spec: PlanSpec;
  attempt: number;
  role: AgentRole;
  phase: Phase;
  agent: AgentRef;
  sandbox: { key: string; path: string };
  /** The files the sandbox has when the work starts. */
  tree: string;
  guidance: string[];
  problem: string | null;
  /** What the result changes, for who judges or describes it. @default none */
  diff?: string;
  /** Calls of this work that were made before, by when the plan was taken back to a checkpoint. @default none */
  answered?: readonly CallMade[];
}

export interface AgentOutcome {
  answer: AgentAnswer;
  /** What its tool calls and its answer decided, in order. */
  decisions: DecisionDraft[];
  toolCalls: number;
  /** Names this run, as `actorStateRef` of its decisions. */
  run: string;
}

/** For work whose failure fails nothing: no checkout is watched meanwhile. */
const unheard: Mentions = { line: () => undefined, call: () => undefined, of: () => null };

/**
 * One agent at work in a sandbox: the only place where an agent is invoked.
 * Every tool call is a durable step. After a crash a finished call is not made again: its recorded result is given to
 * the agent, and the tree it left is placed in the sandbox.
 */
export async function agentWork(
  world: World,
  context: EffectContext<unknown>,
  job: AgentJob,
  mentions: Mentions = unheard,
): Promise<AgentOutcome> {
  let waited = false;
  const giveBack = await world.turns.take(job.agent, {
    signal: context.signal,
    waits(queue) {
      waited = true;
      return context.tell([{ type: 'turn.awaited', queue }]);
    },
  });
  try {
    if (waited) await context.tell([{ type: 'turn.taken' }]);
    await slotFor(world, context, job.spec);
    return await atWork(world, context, job, mentions);
  } finally {
    await giveBack();
  }
}

async function atWork(
  world: World,
  context: EffectContext<unknown>,
  job: AgentJob,
  mentions: Mentions,
): Promise<AgentOutcome> {
  const { spec, sandbox } = job;
  const { project } = projectOf(world, spec);
  const answered = job.answered ?? [];
  const agent = world.agents(job.agent, spec.actionDir);
  const recorded = await world.ledger.decisions(spec.planId);
  const decisions: DecisionDraft[] = [];
  let toolCalls = 0;
  const spentUp = stopping();
  const signal = AbortSignal.any([context.signal, spentUp.signal]);
  const account = await world.purse.open(spec, spentUp.stop);
  // What an earlier run of the execution agent asked for is not asked for any more.
  const spawns = spawnedIn(recorded.filter(decision => !isOfWork(decision)));

  /** The call under way, of which there is one at a time, and how many checkpoints were made in it. */
  let under = { index: 0, checkpoints: 0 };
  const around = async (
    index: number,
    writes: boolean,
    run: () => Promise<Omit<RecordedCall, 'tree'>>,
  ): Promise<RecordedCall> => {
    const before = answered[index];
    if (before !== undefined) return taken({ ...before, checkpoints: [], tree: null });
    let live = false;
    const done = await context.step<RecordedCall>(
      `call/${index}`,
      async () => {
        live = true;
        under = { index, checkpoints: 0 };
        const result = await run();
        if (!writes) return { ...result, tree: null };
        const last = result.checkpoints.at(-1);
        const tree =
          last?.trigger === 'afterToolExecute' ? last.treeOid : (await project.capture({ key: sandbox.key })).tree;
        return { ...result, tree };
      },
      {
        facts: result => [
          ...checkpointsOf(result, spec, true),
          { type: 'tool.called', planId: spec.planId, role: job.role, call: result.call, decisions: result.decisions },
          ...checkpointsOf(result, spec, false),
        ],
        // A strategy only looks, and a fix is counted as a round: steps are those of the work itself.
        tell: () => (job.role === 'execution' ? [{ type: 'step.completed', step: index }] : []),
      },
    );
    if (!live && done.tree !== null) await project.restore({ key: sandbox.key, tree: done.tree });
    if (done.tree !== null) await holdEach(world, context, job, { index, tree: done.tree });
    if (live && index % retainEvery === retainEvery - 1) await retain(world, context, spec);
    // An agent may take a refusal lightly; with nothing left to spend its work is over.
    if (isSpentUp(done.call.error)) spentUp.stop(Fault.revive(Fault.store(done.call.error)));
    return taken(done);
  };
  const taken = (done: RecordedCall): RecordedCall => {
    toolCalls += 1;
    mentions.call(done.call);
    decisions.push(...done.decisions);
    spawns.push(...spawnedIn(done.decisions));
    return done;
  };

  const log = (line: string) => {
    mentions.line(line);
    world.log(spec.planId, stepOfRole[job.role], line);
  };
  // A reviewer may run the project's own tools, which need what set-up makes.
  const isLooking = job.phase === 'strategize' || job.role === 'apply';
  const place = () => workplaceOf(world, spec, sandbox, { signal, key: context.key, onlyLooking: isLooking });
  const call = world.tools({
    spec,
    phase: job.phase,
    role: job.role,
    files: project.filesOf(sandbox.key),
    workplace: place,
    signal,
    key: context.key,
    account,
    confidence: confidenceOf(recorded),
    spawns,
    async approve(request) {
      const goOn = account.rest();
      const asked = { ...request, spec, folder: sandbox.path, at: under.index, confidence: confidenceOf(recorded) };
      return consentTo(world, context, asked).finally(goOn);
    },
    checkpoint: (trigger, label, tool) => {
      const mark = `${context.key}/call-${under.index}-${under.checkpoints++}`;
      return checkpointNow(world, spec, { key: sandbox.key, mark, trigger, label, tool });
    },
    log,
    around,
  });

  // Kept, so that after a crash the agent is told the same although the project may have learnt more since.
  const lessons = await context.step('lessons', async () => lessonsFrom(await world.ledger.patterns(), job.role));
  const task: AgentTask = {
    role: job.role,
    plan: spec,
    attempt: job.attempt,
    directory: sandbox.path,
    variables: {},
    decisions: recorded,
    guidance: job.guidance,
    lessons,
    problem: job.problem,
    diff: job.diff ?? null,
    call,
    spend: usage => account.spend(usage),
    log,
    signal,
    key: context.key,
  };
  const answer = await paidBy(account, context, job, () =>
    spentUp.orDone(
      heedingLimits(world.clock, async () => {
        const { variables } = agent.usesDirectory === false ? task : await place();
        return agent.run({ ...task, variables });
      }),
    ),
  );
  if (context.signal.aborted) throw new Fault('CANCELLED', 'The work was stopped');
  checkLevels(spec, answer);
  await retain(world, context, spec);

  const known = new Map(recorded.map(decision => [decision.decisionId, decision]));
  // What goes on from a checkpoint is the same run as before it.
  const begun = decisions.find(({ decisionId }) => known.has(decisionId));
  const run = known.get(begun?.decisionId ?? '')?.contextSnapshot.actorStateRef ?? `${job.role}:${context.key}`;
  const made = [...decisions.filter(({ decisionId }) => !known.has(decisionId)), ...answer.decisions].map(decision => ({
    ...decision,
    parentDecisionId: decision.parentDecisionId ?? spec.decisionRootId,
    contextSnapshot: { ...decision.contextSnapshot, actorStateRef: run },
  }));
  checkDecisions(spec, job.phase, made, new Set(known.keys()));
  checkSpawns(world, spec, spawns, answer.decisions);
  return { answer, decisions: made, toolCalls, run };
}

/** Lets an agent work and keeps account of it, however it ends. */
async function paidBy(
  account: Account,
  context: EffectContext<unknown>,
  { spec: { planId }, role }: AgentJob,
  work: () => Promise<AgentAnswer>,
): Promise<AgentAnswer> {
  let usage: Usage = {};
  try {
    const answer = await work();
    usage = answer.usage ?? {};
    return answer;
  } finally {
    const seconds = account.close();
    const spend = async () => {
      account.spend(usage);
      return { seconds, usage };
    };
    // A step, so that a crash right after it neither tells nor charges it again.
    if (context.signal.aborted) await spend();
    else {
      await context.step('usage', spend, {
        facts: spent => [{ type: 'usage.recorded', planId, role, ...spent }],
      });
    }
  }
}

/** Checkpoints that stand before, or after, the call they were made around. */
function checkpointsOf({ checkpoints }: RecordedCall, { planId }: PlanSpec, before: boolean) {
  return checkpoints
    .filter(({ trigger }) => (trigger === 'beforeToolExecute') === before)
    .map(checkpoint => ({ type: 'checkpoint.created', planId, checkpoint }));
}

/** The lowest confidence among decisions that chose something, 1 when none did. */
export function confidenceOf(decisions: readonly { type: string; confidence: number }[]): number {
  const choices = decisions.filter(({ type }) => type !== 'prompt_definition' && type !== 'invariant_enforced');
  return choices.reduce((lowest, { confidence }) => Math.min(lowest, confidence), 1);
}
