import type { EffectContext } from '../../src/durable/effect.ts';
import type { AgentRef } from '../../src/model/agent.ts';
import { type AttemptResult, parseVerdict } from '../../src/model/best-of.ts';
import { commandHint } from '../../src/model/command-hint.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import type { EffectInput, EffectOutput } from '../../src/model/effects.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { Finding } from '../../src/model/review.ts';
import { withCheckoutGuard } from '../agent/guard-checkout.ts';
import { reviewDiff } from '../agent/review-diff.ts';
import { resolveProject } from '../resolve-project.ts';
import { withTemporaryCheckout } from '../sandbox/temporary-checkout.ts';
import type { EffectServices } from '../services.ts';

type ChooseContext = EffectContext<EffectInput<'resolveConflict'>>;
type ChooseResult = EffectOutput<'resolveConflict'>;

/** Takes the attempt that a person or a judge chooses, and records the choice as a decision. @throws {TroupeError} AGENT_FAILED */
export async function chooseAttempt(
  context: ChooseContext,
  services: EffectServices,
  attempts: readonly AttemptResult[],
): Promise<ChooseResult> {
  const { spec, resolution } = context.input;
  if (resolution.take === 'attempt') {
    const chosen = attempts.find(({ attempt }) => attempt === resolution.attempt);
    if (chosen === undefined) throw new TypeError(`there is no attempt ${resolution.attempt}`);
    const decision = await decisionOf(context, services, { chosen, attempts, by: 'user_intervention', reason: '' });
    return { treeOid: chosen.treeOid, decisions: [decision], toolCalls: 0 };
  }
  const named = resolution.take === 'actor' ? resolution.actor : null;
  const judge = named ?? spec.attempts?.judge ?? spec.actors.review ?? spec.actors.execution;
  try {
    return await askJudge(context, services, { judge, attempts, problem: null });
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    const { message } = TroupeError.serialize(thrown);
    services.log(spec.planId, 'troupe', `the judge is asked once more: ${message}`);
    return askJudge(secondTry(context), services, { judge, attempts, problem: message });
  }
}

/** The same work under other names: what the first try recorded does not count for it. */
function secondTry(context: ChooseContext): ChooseContext {
  return {
    ...context,
    key: `${context.key}/again`,
    step: (name, act, events) => context.step(`again/${name}`, act, events),
    recordedResult: name => context.recordedResult(`again/${name}`),
  };
}

/** Asks the judge, as a reviewer of the start of the attempts with the changes of each. */
async function askJudge(
  context: ChooseContext,
  services: EffectServices,
  { judge, attempts, problem }: { judge: AgentRef; attempts: readonly AttemptResult[]; problem: string | null },
): Promise<ChooseResult> {
  const { spec, attempt, tree, guidance } = context.input;
  const { project } = resolveProject(services, spec);
  const diffs = await Promise.all(
    attempts.map(async each => `## Attempt ${each.attempt}\n${await reviewDiff(project, tree, each.treeOid)}`),
  );
  const place = { spec, at: `judge-${attempt}`, tree, kind: 'tree' } as const;
  return withTemporaryCheckout(project, place, async sandbox => {
    const job = { spec, attempt, agent: judge, sandbox, tree, guidance, diff: diffs.join('\n') };
    const work = await withCheckoutGuard(services, context, {
      ...job,
      role: 'review',
      phase: 'execute',
      problem: problem === null ? null : `Your last answer was not accepted: ${problem}`,
      choices: attempts.map(each => each.attempt),
    });
    const { chosen, reason } = verdictOf(work.decisions, { attempts, planId: spec.planId });
    const decision = await decisionOf(context, services, { chosen, attempts, by: 'implementation_choice', reason });
    return { treeOid: chosen.treeOid, decisions: [decision], toolCalls: work.toolCalls };
  });
}

function verdictOf(
  decisions: readonly DecisionDraft[],
  { attempts, planId }: { attempts: readonly AttemptResult[]; planId: string },
): { chosen: AttemptResult; reason: string } {
  const texts = decisions.flatMap(({ payload }) => Finding.safeParse(payload.finding).data?.text ?? []);
  const verdicts = texts.flatMap(text => parseVerdict(text) ?? []);
  const [verdict] = verdicts;
  const chosen = attempts.find(({ attempt }) => attempt === verdict?.attempt);
  if (verdict !== undefined && chosen !== undefined && verdicts.length === 1) return { chosen, reason: verdict.reason };
  const numbers = attempts.map(({ attempt }) => attempt).join(', ');
  const report = texts.length === 0 ? 'it reported nothing' : `it said "${texts.join('"; "').slice(0, 400)}"`;
  throw new TroupeError('AGENT_FAILED', `The judge chose none of the attempts ${numbers}: ${report}`, {
    where: `plan ${planId}`,
    hints: [...attempts.map(({ attempt }) => commandHint('plan resolve', { planId, options: { attempt } }))],
  });
}

async function decisionOf(
  context: ChooseContext,
  services: EffectServices,
  choice: {
    chosen: AttemptResult;
    attempts: readonly AttemptResult[];
    by: 'implementation_choice' | 'user_intervention';
    reason: string;
  },
): Promise<DecisionDraft> {
  const { spec } = context.input;
  const { chosen, attempts, by, reason } = choice;
  const others = attempts.filter(({ attempt }) => attempt !== chosen.attempt);
  return {
    decisionId: await context.step('choice', async () => services.mintId()),
    planId: spec.planId,
    parentDecisionId: spec.decisionRootId,
    type: by,
    question: `Which of ${attempts.length} attempts is taken?`,
    chosenOption: `attempt ${chosen.attempt}`,
    alternatives: others.map(({ attempt }) => ({ description: `attempt ${attempt}`, reason: '' })),
    confidence: 1,
    rationale: by === 'user_intervention' ? 'You chose it.' : reason,
    payload: { attempt: chosen.attempt, planId: chosen.planId },
    dependsOn: [],
    contextSnapshot: { treeOid: chosen.treeOid, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
  };
}
