import type { EffectContext } from '../../src/durable/effect.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { Finding } from '../../src/model/review.ts';
import { withCheckoutGuard } from '../agent/guard-checkout.ts';
import { reviewDiff } from '../agent/review-diff.ts';
import { defineEffect } from '../define-effect.ts';
import { projectOf } from '../project-of.ts';
import { withTemporaryCheckout } from '../sandbox/temporary-checkout.ts';
import type { EffectServices } from '../services.ts';

/** The result that is reviewed, and which time it is. */
interface ReviewRequest {
  spec: PlanSpec;
  attempt: number;
  tree: string;
  /** Tells this review's checkout apart from others of the plan. */
  at: string;
  /** Kept with each finding; 0 for a part that is applied alone. */
  round: number;
  guidance: string[];
}

export interface Review {
  findings: Finding[];
  decisions: DecisionDraft[];
  toolCalls: number;
}

/** Asks the reviewer about the merged result, once its validations have passed. */
export const reviewResult = defineEffect('reviewResult', async (context, world) => {
  const { spec, attempt, tree, round, guidance } = context.input;
  return runReview(world, context, { spec, attempt, tree, round, guidance, at: `r${attempt}-${round}` });
});

/**
 * The reviewer's findings about a tree, compared with where the plan began. It works in a checkout that nothing of survives,
 * and is told the diff, what done means and what was decided. Where nothing is changed there is nothing to judge.
 */
export async function runReview(
  world: EffectServices,
  context: EffectContext<unknown>,
  { spec, attempt, tree, at, round, guidance }: ReviewRequest,
): Promise<Review> {
  const agent = spec.actors.review;
  const { project, link } = projectOf(world, spec);
  if (agent === null || tree === link.baseTree) return { findings: [], decisions: [], toolCalls: 0 };
  const diff = await reviewDiff(project, link.baseTree, tree);
  return withTemporaryCheckout(project, { spec, at, tree, kind: 'tree' }, async sandbox => {
    const job = { spec, attempt, agent, sandbox, tree, guidance, diff, problem: null };
    const work = await withCheckoutGuard(world, context, { ...job, role: 'review', phase: 'execute' });
    const decisions = work.decisions.map(decision => ({
      ...decision,
      payload: { ...decision.payload, round, treeOid: tree },
    }));
    return { findings: decisions.flatMap(findingIn), decisions, toolCalls: work.toolCalls };
  });
}

function findingIn({ payload }: DecisionDraft): Finding[] {
  const { success, data } = Finding.safeParse(payload.finding);
  return success ? [data] : [];
}
