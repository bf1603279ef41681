import type { EffectContext } from '../../src/durable/effect.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { Finding } from '../../src/model/review.ts';
import { withCheckoutGuard } from '../agent/guard-checkout.ts';
import { reviewDiff } from '../agent/review-diff.ts';
import { defineEffect } from '../define-effect.ts';
import { resolveProject } from '../resolve-project.ts';
import { withTemporaryCheckout } from '../sandbox/temporary-checkout.ts';
import type { EffectServices } from '../services.ts';

/** The result to review, and the number of the review. */
interface ReviewRequest {
  spec: PlanSpec;
  attempt: number;
  tree: string;
  /** Distinguishes this review's checkout from others of the plan. */
  at: string;
  /** Stored with each finding; 0 for a part that is applied alone. */
  round: number;
  guidance: string[];
}

export interface Review {
  findings: Finding[];
  decisions: DecisionDraft[];
  toolCalls: number;
}

/** Asks the reviewer about the merged result, after its validations have passed. */
export const reviewResult = defineEffect('reviewResult', async (context, services) => {
  const { spec, attempt, tree, round, guidance } = context.input;
  return runReview(services, context, { spec, attempt, tree, round, guidance, at: `r${attempt}-${round}` });
});

/**
 * Returns the reviewer's findings about a tree compared with the plan's start. The reviewer works in a temporary
 * checkout and gets the diff, the definition of done and the decisions. Without changes there is nothing to review.
 */
export async function runReview(
  services: EffectServices,
  context: EffectContext<unknown>,
  { spec, attempt, tree, at, round, guidance }: ReviewRequest,
): Promise<Review> {
  const agent = spec.actors.review;
  const { project, link } = resolveProject(services, spec);
  if (agent === null || tree === link.baseTree) return { findings: [], decisions: [], toolCalls: 0 };
  const diff = await reviewDiff(project, link.baseTree, tree);
  return withTemporaryCheckout(project, { spec, at, tree, kind: 'tree' }, async sandbox => {
    const job = { spec, attempt, agent, sandbox, tree, guidance, diff, problem: null };
    const work = await withCheckoutGuard(services, context, { ...job, role: 'review', phase: 'execute' });
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
