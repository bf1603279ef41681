import type { Plan, PlanRecord } from '../index.ts';
import type { Attendance } from './attend.ts';
import { approvalNeeded } from './consent.ts';
import { exitCodeOf } from './interrupt.ts';
import type { Context, Outcome } from './verb.ts';
import { type Aim, obstacle, reached, terminated } from './verdict.ts';
import { planData } from './view/plan-data.ts';
import { standing } from './view/standing.ts';
import { summarize, summaryLine } from './view/summary.ts';
import { leadingOn } from './view/ways.ts';

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
  const steps = next.slice(0, 3).map(command => `  next: ${context.paint.cyan(command)}`);
  const signal = attendance.interrupted();
  const [first, ...others] = attendance.unanswered();
  const waits = first === undefined ? null : approvalNeeded(plan.id, [first, ...others]);
  const left = signal !== null && context.attached;
  const cut = signal === 'SIGTERM' ? terminated(record, aim) : null;
  const fault = left ? null : (waits ?? obstacle(record, aim) ?? cut);
  return {
    data: { plan: planData(record), summary, next },
    text: [head, ...result, ...(fault === null ? steps : [])].join('\n'),
    ...(fault === null ? {} : { fault }),
    ...(signal === null || (attendance.restedFirst() && reached(record, aim)) ? {} : { exitCode: exitCodeOf(signal) }),
  };
}
