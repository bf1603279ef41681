import type { EffectContext } from '../../src/durable/effect.ts';
import type { Approval, ApprovalAnswer } from '../../src/model/approval.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import { sha256 } from '../../src/model/sha256.ts';
import type { EffectServices } from '../services.ts';
import { acquireSlot } from './acquire-slot.ts';

/** What needs a person's approval. */
export type ApprovalSubject = Pick<Approval, 'tool' | 'words' | 'threshold' | 'input'>;

export type ApprovalQuestion = ApprovalSubject &
  Pick<Approval, 'question'> & {
    folder: string;
    confidence: number;
    spec: PlanSpec;
    /** The index of the call, or another key. */
    at: number | string;
  };

/**
 * Requests a person's approval of one tool call. A call that was always allowed is not asked about again in this plan and its
 * subplans.
 */
export async function requestApproval(
  services: EffectServices,
  context: EffectContext<unknown>,
  question: ApprovalQuestion,
): Promise<Pick<ApprovalAnswer, 'verdict' | 'reason'>> {
  const open = (await services.ledger.approvals(question.spec.rootPlanId)).find(
    ({ tool, answer }) => tool === question.tool && answer?.verdict === 'approved' && answer.always,
  );
  return open?.answer ?? requestAnswer(services, context, question, context.signal);
}

/**
 * Requests a person's answer. The request is a durable step: after a crash the same request continues to wait, or its answer
 * is there. Time limits pause meanwhile.
 * @throws {TroupeError} CANCELLED when the signal ends it
 */
export async function requestAnswer(
  services: EffectServices,
  context: EffectContext<unknown>,
  { spec, at, ...question }: ApprovalQuestion,
  signal: AbortSignal,
): Promise<ApprovalAnswer> {
  const { planId, rootPlanId, description: goal, approvalModes } = spec;
  const asked = await context.step<Approval>(
    `ask/${at}`,
    async () => ({
      ...{ approvalId: services.mintId(), planId, rootPlanId, goal, ...question },
      timeoutSeconds: approvalModes?.timeoutSeconds ?? 43_200,
      answer: null,
    }),
    { sendToParent: approval => [{ type: 'approval.requested', approval }] },
  );
  const answer = await services.waitForApproval(asked, signal);
  await context.sendToParent([{ type: 'approval.answered' }]);
  await acquireSlot(services, context, spec);
  return answer;
}

/**
 * Returns the keys of requests of an agent that works by its own means: the content of the request, and how often it was made.
 * After a crash the agent may ask in another order, and the same request continues to wait or has its answer.
 */
export function createPermitKeys(): (question: Pick<Approval, 'tool' | 'input'>) => Promise<string> {
  const times = new Map<string, number>();
  return async ({ tool, input }) => {
    const content = await sha256(`${tool} ${input}`);
    const time = times.get(content) ?? 0;
    times.set(content, time + 1);
    return `permit-${content}-${time}`;
  };
}
