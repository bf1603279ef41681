import { type Plan, type PlanRecord, planTitle } from '../../index.ts';
import { formatUncommitted } from '../../presentation/apply-preview.ts';
import { formatTarget } from '../../presentation/apply-target.ts';
import { checkoutChangeLines } from '../../presentation/checkout-changes.ts';
import { nextCommands, nextLines } from '../../presentation/next-commands.ts';
import { pendingGuidanceLines } from '../../presentation/pending-guidance.ts';
import { planData } from '../../presentation/plan-data.ts';
import { stateLabel } from '../../presentation/plan-state.ts';
import { formatSummary, summarizeResult } from '../../presentation/result-summary.ts';
import { pluralize } from '../../presentation/units.ts';
import type { CommandContext, CommandOutcome } from '../command.ts';
import type { PlanFollower } from '../follow-plan.ts';
import { type Goal, goalError, isGoalReached, terminatedError } from '../goal.ts';
import { exitCodeOf } from '../interrupt.ts';
import { approvalRequiredError } from '../prompts/approval-prompts.ts';

/** Describes where a result was applied, as which commit, and what was left unchanged. */
function appliedText(record: PlanRecord): string[] {
  const { applySummary } = record;
  if (applySummary === null) return [];
  const { target, commits, files, uncommitted = [] } = applySummary;
  const as = commits.length === 0 ? '' : ` as ${commits.map(shortCommit).join(', ')}`;
  return [
    `Applied ${pluralize(files.length, 'file')} to ${formatTarget(target, record)}${as}`,
    ...(uncommitted.length === 0 ? [] : [formatUncommitted(uncommitted)]),
  ];
}

/** Shortens a commit id; for several projects each has its project's name. */
const shortCommit = (commit: string) => commit.replace(/[0-9a-f]{13,}$/, oid => oid.slice(0, 12));

/** Returns the result of a command that advanced a plan: its state, the result in numbers, the next commands. */
export async function planCommandResult(options: {
  context: CommandContext;
  plan: Plan;
  record: PlanRecord;
  attendance: PlanFollower;
  aim: Goal;
}): Promise<CommandOutcome> {
  const { context, plan, record, attendance, aim } = options;
  const summary = await summarizeResult(plan, record);
  const next = nextCommands(record);
  const head = `${context.paint.bold(stateLabel(record))}  ${planTitle(record)}  ${context.paint.dim(record.planId)}`;
  const worked = record.resultTree !== null || summary.subplans.total > 0 || summary.checks.total > 0;
  const result = worked ? [formatSummary(summary)] : [];
  const applied = record.state === 'applied' ? appliedText(record) : [];
  const steps = nextLines(next, context.paint);
  const signal = attendance.interruptSignal();
  const [first, ...others] = attendance.pendingApprovals();
  const waits = first === undefined ? null : approvalRequiredError(plan.id, [first, ...others]);
  const left = signal !== null && context.attached;
  const cut = signal === 'SIGTERM' ? terminatedError(record, aim, context) : null;
  const error = left ? null : (waits ?? goalError(record, aim) ?? cut);
  return {
    data: { plan: planData(record), summary, next },
    text: [
      head,
      ...checkoutChangeLines(record),
      ...result,
      ...applied,
      ...pendingGuidanceLines(record),
      ...(error === null ? steps : []),
    ].join('\n'),
    ...(error === null ? {} : { error }),
    ...(signal === null || (attendance.wasIdleBeforeInterrupt() && isGoalReached(record, aim))
      ? {}
      : { exitCode: exitCodeOf(signal) }),
  };
}
