import type { Approval, ApprovalAnswer } from '../../model/approval.ts';
import { checkoutApproval } from '../../model/checkout.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { matchesId } from '../plans/match-id.ts';
import type { PlanHost } from '../plans/plan-host.ts';
import { subtreeIds } from '../plans/plan-tree.ts';
import { requireRecord } from '../records/require-record.ts';

/** Returns the approvals of a plan and its subplans, in the order of the requests. */
export async function listApprovals({ ledger }: Pick<PlanHost, 'ledger'>, planId: string): Promise<Approval[]> {
  const record = await requireRecord({ ledger }, planId);
  const all = await ledger.approvals(record.rootPlanId);
  if (record.depth === 0) return all;
  const planIds = subtreeIds(planId, await ledger.treeRecords(record.rootPlanId));
  return all.filter(approval => planIds.has(approval.planId));
}

/**
 * Sends one answer to all pending approvals, or to the named one. Resolves once the answers are on disk. A question needs a text
 * and is not approved; a call is not answered with a text.
 */
export async function answerApprovals(
  host: Pick<PlanHost, 'ledger' | 'send'>,
  planId: string,
  answer: ApprovalAnswer,
  partialId: string | undefined,
): Promise<Approval[]> {
  const pending = (await listApprovals(host, planId)).filter(approval => approval.answer === null);
  const open = pending.filter(approval => takes(approval, answer));
  const others = pending.filter(({ approvalId }) => partialId === undefined || matchesId(approvalId, partialId));
  if (open.length === 0 && others.length > 0) throw otherAnswerError(planId, answer, others);
  const matching = partialId === undefined ? open : open.filter(({ approvalId }) => matchesId(approvalId, partialId));
  if (matching.length === 0) throw noApprovalError(planId, partialId, open);
  if (partialId !== undefined && matching.length > 1) throw ambiguousApprovalError(planId, partialId, matching);
  const answered = answer.always ? await withSameTools(host, matching) : await withSameFiles(host, matching);
  for (const { planId: requester, approvalId } of answered)
    await host.send(requester, { type: 'answerApproval', approvalId, answer });
  return answered.map(approval => ({ ...approval, answer }));
}

/** A question gets an answer, or is denied; everything else is approved or denied. */
const takes = ({ question }: Approval, { verdict }: ApprovalAnswer) =>
  verdict === 'denied' || (verdict === 'answered') === (question !== undefined);

/** Adds pending calls of the same tools in the same tree of plans: an `always` answer applies to them too. */
async function withSameTools(
  { ledger }: Pick<PlanHost, 'ledger'>,
  approvals: readonly Approval[],
): Promise<Approval[]> {
  const roots = [...new Set(approvals.map(({ rootPlanId }) => rootPlanId))];
  const all = (await Promise.all(roots.map(root => ledger.approvals(root)))).flat();
  const tools = new Set(approvals.map(({ tool }) => tool));
  return all.filter(approval => approval.answer === null && tools.has(approval.tool));
}

/** Adds the same question about the same files of the checkout from other subplans: one answer applies to all. */
async function withSameFiles(
  { ledger }: Pick<PlanHost, 'ledger'>,
  approvals: readonly Approval[],
): Promise<Approval[]> {
  const questions = approvals.filter(({ tool }) => tool === checkoutApproval);
  if (questions.length === 0) return [...approvals];
  const roots = [...new Set(questions.map(({ rootPlanId }) => rootPlanId))];
  const all = (await Promise.all(roots.map(root => ledger.approvals(root)))).flat();
  const isSame = (other: Approval) =>
    other.answer === null &&
    other.tool === checkoutApproval &&
    questions.some(({ input, rootPlanId }) => input === other.input && rootPlanId === other.rootPlanId) &&
    !approvals.some(({ approvalId }) => approvalId === other.approvalId);
  return [...approvals, ...all.filter(isSame)];
}

function otherAnswerError(planId: string, { verdict }: ApprovalAnswer, [first]: readonly Approval[]): TroupeError {
  const words = first?.words ?? '';
  const message =
    verdict === 'answered' ? `No agent asks a question; one asks to ${words}` : `The agent asks a question: ${words}`;
  const hint =
    verdict === 'answered'
      ? commandHint('plan approve', { planId })
      : commandHint('plan answer', { planId, args: ['your answer'] });
  return new TroupeError('PHASE_GUARD', message, { where: `plan ${planId}`, hints: [hint] });
}

function noApprovalError(planId: string, partialId: string | undefined, open: readonly Approval[]): TroupeError {
  const named = partialId === undefined ? 'Nothing' : `No call ${partialId}`;
  const suffix = open.length === 0 ? '' : `; what waits is ${open.map(({ approvalId }) => approvalId).join(', ')}`;
  return new TroupeError('PHASE_GUARD', `${named} waits for approval${suffix}`, {
    where: `plan ${planId}`,
    hints: [commandHint('plan status', { planId })],
  });
}

function ambiguousApprovalError(planId: string, partialId: string, matching: readonly Approval[]): TroupeError {
  const names = matching.map(({ approvalId }) => approvalId).join(', ');
  return new TroupeError('PHASE_GUARD', `"${partialId}" could be any of ${names}`, {
    where: `plan ${planId}`,
    hints: [commandHint('plan status', { planId })],
  });
}
