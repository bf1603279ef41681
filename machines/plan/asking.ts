/** What the plan chart keeps and says of tool calls that wait for a person. */
import { enqueueActions } from 'xstate';
import type { Approval, ApprovalAnswer } from '../../src/model/approval.ts';
import { planBase } from './base.ts';
import { approvalsOf } from './context.ts';
import { report } from './idling.ts';

/** Nobody answered in time. */
export const unanswered: ApprovalAnswer = { verdict: 'expired', always: false, reason: 'Nobody answered in time' };

const withdrawn: ApprovalAnswer = { verdict: 'withdrawn', always: false, reason: 'The work that asked is over' };

export const planAsking = planBase.extend({
  actions: {
    /** The time limit is a timer of the plan's: it outlives the process in which the call waits. */
    ask: enqueueActions(({ context, enqueue }, { approval }: { approval: Approval }) => {
      const { approvalId, timeoutSeconds } = approval;
      const approvals = [...approvalsOf(context), approval];
      enqueue(report({ approvals }));
      enqueue.assign({ approvals });
      enqueue.emit({ type: 'approval.asked', planId: context.spec.planId, approval });
      enqueue.raise(
        { type: 'approval.expired', approvalId },
        { id: timerOf(approvalId), delay: timeoutSeconds * 1000 },
      );
    }),
    answer: enqueueActions(
      ({ context, enqueue }, { approvalId, answer }: { approvalId: string; answer: ApprovalAnswer }) => {
        const left = approvalsOf(context).filter(approval => approval.approvalId !== approvalId);
        for (const approval of approvalsOf(context)) {
          if (approval.approvalId !== approvalId) continue;
          enqueue.emit({ type: 'approval.answered', planId: context.spec.planId, approval: { ...approval, answer } });
        }
        enqueue(report({ approvals: left }));
        enqueue.assign({ approvals: left });
        enqueue.cancel(timerOf(approvalId));
      },
    ),
    /** The work that asked is over: nobody waits for an answer any more. */
    withdrawApprovals: enqueueActions(({ context, enqueue }) => {
      for (const approval of approvalsOf(context)) {
        const { planId } = context.spec;
        enqueue.emit({ type: 'approval.answered', planId, approval: { ...approval, answer: withdrawn } });
        enqueue.cancel(timerOf(approval.approvalId));
      }
      enqueue(report({ approvals: [] }));
      enqueue.assign({ approvals: [] });
    }),
  },
});

function timerOf(approvalId: string): string {
  return `approval/${approvalId}`;
}
