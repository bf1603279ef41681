import type { Plan, PlanRecord } from '../index.ts';
import type { Attendance } from './attend.ts';
import { approvalNeeded } from './consent.ts';
import { exitCodeOf } from './interrupt.ts';
import { count } from './progress/sentence.ts';
import { targetName } from './target.ts';
import type { Context, Outcome } from './verb.ts';
import { type Aim, obstacle, reached, terminated } from './verdict.ts';
import { checkoutLines } from './view/checkout.ts';
import { uncommittedText } from './view/landing.ts';
import { planData } from './view/plan-data.ts';
import { standing } from './view/standing.ts';
import { summarize, summaryLine } from './view/summary.ts';
import { leadingOn, nextLines } from './view/ways.ts';

/** Where a result was applied, as which commit, and what it left alone. */
function appliedText(record: PlanRecord): string[] {
  const { applySummary } = record;
  if (applySummary === null) return [];
  const { target, commits, files, uncommitted = [] } = applySummary;
  const as = commits.length === 0 ? '' : ` as ${commits.map(shortCommit).join(', ')}`;
  return [
    `Applied ${count(files.length, 'file')} to ${targetName(target, record)}${as}`,
    ...(uncommitted.length === 0 ? [] : [uncommittedText(uncommitted)]),
  ];
}

/** Enough of a commit to type; of several projects each says whose it is. */
const shortCommit = (commit: string) => commit.replace(/[0-9a-f]{13,}$/, oid => oid.slice(0, 12));

/** What a command that moved a plan tells at its end: where it stands, the result in numbers, what is next. */
export async function outcomeOf(options: {
  context: Context;
  plan: Plan;
  record: PlanRecord;
  attendance: Attendance;
  aim: Aim;
}): Promise<Outcome> {
  const { context, plan, record, attendance, aim } = options;
  const summary = await summarize(plan, record);
  const next = leadingOn(record);
  const head = `${context.paint.bold(standing(record))}  ${record.description}  ${context.paint.dim(record.planId)}`;
  const worked = record.resultTree !== null || summary.subplans.total > 0 || summary.checks.total > 0;
  const result = worked ? [summaryLine(summary)] : [];
  const applied = record.state === 'applied' ? appliedText(record) : [];
  const steps = nextLines(next, context.paint);
  const signal = attendance.interrupted();
  const [first, ...others] = attendance.unanswered();
  const waits = first === undefined ? null : approvalNeeded(plan.id, [first, ...others]);
  const left = signal !== null && context.attached;
  const cut = signal === 'SIGTERM' ? terminated(record, aim) : null;
  const fault = left ? null : (waits ?? obstacle(record, aim) ?? cut);
  return {
    data: { plan: planData(record), summary, next },
    text: [head, ...checkoutLines(record), ...result, ...applied, ...(fault === null ? steps : [])].join('\n'),
    ...(fault === null ? {} : { fault }),
    ...(signal === null || (attendance.restedFirst() && reached(record, aim)) ? {} : { exitCode: exitCodeOf(signal) }),
  };
}
