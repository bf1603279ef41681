import type { EffectContext } from '../../src/durable/effect.ts';
import type { Approval, ApprovalAnswer } from '../../src/model/approval.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { EffectServices } from '../services.ts';
import { acquireSlot } from './acquire-slot.ts';

type ApprovalQuestion = Pick<Approval, 'tool' | 'words' | 'folder' | 'threshold' | 'input' | 'confidence'> & {
  spec: PlanSpec;
  /** Which call of the work it is about, or what else. */
  at: number | string;
};

/**
 * A person's consent to one tool call. The question is asked once: it is a step of the work, so after a crash the same
 * question waits on, or its answer is there. Who measures time hears when it is over. What was allowed always is not asked
 * again in this plan and below it.
 */
export async function requestApproval(
  world: EffectServices,
  context: EffectContext<unknown>,
  { spec, at, ...question }: ApprovalQuestion,
): Promise<Pick<ApprovalAnswer, 'verdict' | 'reason'>> {
  const { planId, rootPlanId, description: goal, approvalModes } = spec;
  const standing = (await world.ledger.approvals(rootPlanId)).find(
    ({ tool, answer }) => tool === question.tool && answer?.verdict === 'approved' && answer.always,
  );
  if (standing?.answer) return standing.answer;
  const asked = await context.step<Approval>(
    `ask/${at}`,
    async () => ({
      ...{ approvalId: world.mintId(), planId, rootPlanId, goal, ...question },
      timeoutSeconds: approvalModes?.timeoutSeconds ?? 43_200,
      answer: null,
    }),
    { sendToParent: approval => [{ type: 'approval.requested', approval }] },
  );
  const answer = await world.waitForApproval(asked, context.signal);
  await context.sendToParent([{ type: 'approval.answered' }]);
  await acquireSlot(world, context, spec);
  return answer;
}
