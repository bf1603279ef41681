import type { Approval, ApprovalAnswer } from '../model/approval.ts';
import { checkoutQuestion } from '../model/checkout.ts';
import { Fault } from '../model/fault.ts';
import { familyOf } from './family.ts';
import { matchesId } from './match-id.ts';
import type { PlanHost } from './plan-handle.ts';
import { recordOf } from './record-of.ts';

/** What a plan and all below it asked of a person, in the order of asking. */
export async function approvalsIn({ ledger }: Pick<PlanHost, 'ledger'>, planId: string): Promise<Approval[]> {
  const record = await recordOf({ ledger }, planId);
  const all = await ledger.approvals(record.rootPlanId);
  if (record.depth === 0) return all;
  const family = familyOf(planId, await ledger.records());
  return all.filter(approval => family.has(approval.planId));
}

/** Carries one answer to all that wait, or to the one that is meant. Resolves once the answers are on disk. */
export async function answerAll(
  host: Pick<PlanHost, 'ledger' | 'send'>,
  planId: string,
  answer: ApprovalAnswer,
  wanted: string | undefined,
): Promise<Approval[]> {
  const open = (await approvalsIn(host, planId)).filter(approval => approval.answer === null);
  const meant = wanted === undefined ? open : open.filter(({ approvalId }) => matchesId(approvalId, wanted));
  if (meant.length === 0) throw nothingWaits(planId, wanted, open);
  if (wanted !== undefined && meant.length > 1) throw severalWait(planId, wanted, meant);
  const answered = answer.always ? await withSameTools(host, meant) : await withSameFiles(host, meant);
  for (const { planId: asker, approvalId } of answered) await host.send(asker, { type: 'answer', approvalId, answer });
  return answered.map(approval => ({ ...approval, answer }));
}

/** These, and every call of the same tools that waits in the same tree of plans: an answer for good holds for them too. */
async function withSameTools({ ledger }: Pick<PlanHost, 'ledger'>, meant: readonly Approval[]): Promise<Approval[]> {
  const roots = [...new Set(meant.map(({ rootPlanId }) => rootPlanId))];
  const all = (await Promise.all(roots.map(root => ledger.approvals(root)))).flat();
  const tools = new Set(meant.map(({ tool }) => tool));
  return all.filter(approval => approval.answer === null && tools.has(approval.tool));
}

/** These, and the same question about the same files of the checkout where other subplans ask it: it has one answer. */
async function withSameFiles({ ledger }: Pick<PlanHost, 'ledger'>, meant: readonly Approval[]): Promise<Approval[]> {
  const asked = meant.filter(({ tool }) => tool === checkoutQuestion);
  if (asked.length === 0) return [...meant];
  const roots = [...new Set(asked.map(({ rootPlanId }) => rootPlanId))];
  const all = (await Promise.all(roots.map(root => ledger.approvals(root)))).flat();
  const isSame = (other: Approval) =>
    other.answer === null &&
    other.tool === checkoutQuestion &&
    asked.some(({ input, rootPlanId }) => input === other.input && rootPlanId === other.rootPlanId) &&
    !meant.some(({ approvalId }) => approvalId === other.approvalId);
  return [...meant, ...all.filter(isSame)];
}

function nothingWaits(planId: string, wanted: string | undefined, open: readonly Approval[]): Fault {
  const named = wanted === undefined ? 'Nothing' : `No call ${wanted}`;
  const there = open.length === 0 ? '' : `; what waits is ${open.map(({ approvalId }) => approvalId).join(', ')}`;
  return new Fault('PHASE_GUARD', `${named} waits for approval${there}`, {
    where: `plan ${planId}`,
    hints: [`troupe plan status ${planId}`],
  });
}

function severalWait(planId: string, wanted: string, meant: readonly Approval[]): Fault {
  const names = meant.map(({ approvalId }) => approvalId).join(', ');
  return new Fault('PHASE_GUARD', `"${wanted}" could be any of ${names}`, {
    where: `plan ${planId}`,
    hints: [`troupe plan status ${planId}`],
  });
}
