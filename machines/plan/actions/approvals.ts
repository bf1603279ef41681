/** Actions for approvals of tool calls. */
import type { Approval, ApprovalAnswer } from '../../../src/model/approval.ts';
import { approvalsOf } from '../context.ts';
import { enqueueActions } from '../typed-actions.ts';

/** The answer after the time limit. */
export const expiredAnswer: ApprovalAnswer = {
  verdict: 'expired',
  always: false,
  reason: 'There was no answer in time',
};

const withdrawnAnswer: ApprovalAnswer = { verdict: 'withdrawn', always: false, reason: 'The work that asked is over' };

export const approvalActions = {
  /** The time limit is a timer of the plan: it outlives the process in which the call waits. */
  openApproval: enqueueActions(({ context, enqueue }, { approval }: { approval: Approval }) => {
    const { approvalId, timeoutSeconds } = approval;
    const approvals = [...approvalsOf(context), approval];
    enqueue({ type: 'reportActivity', params: { approvals } });
    enqueue.assign({ approvals });
    enqueue.emit({ type: 'approval.requested', planId: context.spec.planId, approval });
    enqueue.raise(
      { type: 'approval.expired', approvalId },
      { id: approvalTimerId(approvalId), delay: timeoutSeconds * 1000 },
    );
  }),
  closeApproval: enqueueActions(
    ({ context, enqueue }, { approvalId, answer }: { approvalId: string; answer: ApprovalAnswer }) => {
      const left = approvalsOf(context).filter(approval => approval.approvalId !== approvalId);
      for (const approval of approvalsOf(context)) {
        if (approval.approvalId !== approvalId) continue;
        enqueue.emit({ type: 'approval.answered', planId: context.spec.planId, approval: { ...approval, answer } });
      }
      enqueue({ type: 'reportActivity', params: { approvals: left } });
      enqueue.assign({ approvals: left });
      enqueue.cancel(approvalTimerId(approvalId));
    },
  ),
  /** The work that requested the approval ended, so it needs no answer. */
  withdrawApprovals: enqueueActions(({ context, enqueue }) => {
    for (const approval of approvalsOf(context)) {
      const { planId } = context.spec;
      enqueue.emit({ type: 'approval.answered', planId, approval: { ...approval, answer: withdrawnAnswer } });
      enqueue.cancel(approvalTimerId(approval.approvalId));
    }
    enqueue({ type: 'reportActivity', params: { approvals: [] } });
    enqueue.assign({ approvals: [] });
  }),
};

function approvalTimerId(approvalId: string): string {
  return `approval/${approvalId}`;
}
