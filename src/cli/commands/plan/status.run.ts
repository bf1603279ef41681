import { planTitle } from '../../../index.ts';
import { approvalData, approvalLines, pendingApprovals } from '../../../presentation/approval.ts';
import { formatBase } from '../../../presentation/base.ts';
import { checkoutChangeLines } from '../../../presentation/checkout-changes.ts';
import { latestDecisions } from '../../../presentation/decisions.ts';
import { formatLastOutput } from '../../../presentation/last-output.ts';
import { nextLines } from '../../../presentation/next-commands.ts';
import { explainState } from '../../../presentation/next-steps.ts';
import { pendingGuidanceLines } from '../../../presentation/pending-guidance.ts';
import { planData } from '../../../presentation/plan-data.ts';
import { stateLabel } from '../../../presentation/plan-state.ts';
import { formatSummary, summarizeResult } from '../../../presentation/result-summary.ts';
import { formatUsage } from '../../../presentation/usage.ts';
import type { RunCommand } from '../../command.ts';
import { explainMissingFiles, findMissingFiles } from '../../project/missing-files.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const record = await plan.record();
  const missing = await findMissingFiles(plan, record, opened);
  const summary = await summarizeResult(plan, missing === null ? record : { ...record, resultTree: null });
  const asks = pendingApprovals(await plan.approvals());
  const { reason, next } = missing === null ? explainState(record, context) : explainMissingFiles(record, missing);
  const { paint } = context;
  const ready = record.phase === 'execute' && record.state === 'complete' && Boolean(summary.files);
  return {
    data: { plan: planData(record), asks: approvalData(asks), summary, reason, next },
    text: [
      `${paint.bold(stateLabel(record))}  ${planTitle(record)}`,
      `plan     ${record.planId}`,
      `action   ${record.actionName} · profile ${record.automationProfile} · attempt ${record.attempt}`,
      formatBase(record),
      reason,
      ...formatLastOutput(record.error),
      ...approvalLines(asks),
      ...checkoutChangeLines(record),
      formatSummary(summary),
      `Spent: ${formatUsage(record)}`,
      ...latestDecisions(await plan.decisions(), paint),
      ...pendingGuidanceLines(record),
      ...nextLines(next, paint),
    ].join('\n'),
    ...(context.args.has('detailed-exitcode') && ready ? { exitCode: 2 } : {}),
  };
};
