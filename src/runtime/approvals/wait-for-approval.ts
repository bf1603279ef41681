import type { EffectServices } from '../../../actors/index.ts';
import type { Approval, ApprovalAnswer } from '../../model/approval.ts';
import { TroupeError } from '../../model/errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { PlanLedger } from '../records/ledger.ts';

/**
 * Answers tool calls that need approval, and with `{ text }` the questions of agents; null leaves them pending. A question
 * without a text is left to the agent.
 */
export type ApprovalHandler = (asked: Approval) => Promise<'approved' | 'always' | 'denied' | { text: string } | null>;

export interface ApprovalWaitOptions {
  ledger: Pick<PlanLedger, 'approvals'>;
  feed: Pick<EventBus, 'subscribeSync'>;
  /** Called once per process for each pending approval. @default none: it waits for `Plan.approve` or `deny` */
  approve: ApprovalHandler | undefined;
  /** Sends an answer to the plan. */
  answer(approval: Approval, answer: ApprovalAnswer): Promise<void>;
  log(planId: string, step: string, line: string): void;
}

/** Waits for the answer to an approval: a recorded one, the handler's, or one given by command. */
export function createApprovalWaiter(options: ApprovalWaitOptions): EffectServices['waitForApproval'] {
  const { ledger, feed } = options;
  return (approval, signal) =>
    new Promise<ApprovalAnswer>((resolve, reject) => {
      const cleanUp = () => {
        unsubscribe();
        signal.removeEventListener('abort', stop);
      };
      const stop = () => {
        cleanUp();
        reject(new TroupeError('CANCELLED', 'The work was stopped before anybody answered', { where: approval.tool }));
      };
      const finish = (answer: ApprovalAnswer) => {
        cleanUp();
        resolve(answer);
      };
      const unsubscribe = feed.subscribeSync(events => {
        for (const event of events) {
          if (event.type !== 'approval.answered' || event.approval.approvalId !== approval.approvalId) continue;
          if (event.approval.answer !== null) finish(event.approval.answer);
        }
      });
      signal.addEventListener('abort', stop);
      if (signal.aborted) return stop();
      ledger.approvals(approval.rootPlanId).then(stored => {
        const { answer = null } = stored.find(({ approvalId }) => approvalId === approval.approvalId) ?? {};
        if (answer !== null) finish(answer);
        else void askHandler(options, approval, signal);
      }, reject);
    });
}

/** A handler that fails leaves the approval pending; the plan does not fail. */
async function askHandler(
  { approve, answer, log }: ApprovalWaitOptions,
  approval: Approval,
  signal: AbortSignal,
): Promise<void> {
  if (approve === undefined) return;
  try {
    const response = await approve(approval);
    if (response === null || signal.aborted) return;
    await answer(approval, toAnswer(approval, response));
  } catch (thrown) {
    log(
      approval.planId,
      'troupe',
      `${approval.tool} still waits for approval: ${TroupeError.serialize(thrown).message}`,
    );
  }
}

function toAnswer({ question }: Approval, response: NonNullable<Awaited<ReturnType<ApprovalHandler>>>): ApprovalAnswer {
  if (typeof response === 'object') return { verdict: 'answered', always: false, reason: '', text: response.text };
  const verdict = response === 'denied' ? 'denied' : 'approved';
  return { verdict, always: response === 'always' && question === undefined, reason: '' };
}
