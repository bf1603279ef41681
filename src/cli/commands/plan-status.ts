import { cleanLine } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import type { Run } from '../verb.ts';
import { account } from '../view/account.ts';
import { askData, askLines, waiting } from '../view/approval.ts';
import { checkoutLines } from '../view/checkout.ts';
import { latestDecisions } from '../view/decisions.ts';
import { lastLinesText } from '../view/last-lines.ts';
import { planData } from '../view/plan-data.ts';
import { spentLine } from '../view/spent.ts';
import { standing } from '../view/standing.ts';
import { startOf } from '../view/start.ts';
import { summarize, summaryLine } from '../view/summary.ts';
import { nextLines } from '../view/ways.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const record = await plan.record();
  const summary = await summarize(plan, record);
  const asks = waiting(await plan.approvals());
  const { why, next } = account(record, context);
  const { paint } = context;
  const pending = record.guidance.slice(record.guidanceGiven);
  const ready = record.phase === 'execute' && record.state === 'complete' && summary.files > 0;
  return {
    data: { plan: planData(record), asks: askData(asks), summary, reason: why, next },
    text: [
      `${paint.bold(standing(record))}  ${record.description}`,
      `plan     ${record.planId}`,
      `action   ${record.actionName} · profile ${record.automationProfile} · attempt ${record.attempt}`,
      startOf(record),
      why,
      ...lastLinesText(record.error),
      ...askLines(asks),
      ...checkoutLines(record),
      summaryLine(summary),
      `Spent: ${spentLine(record)}`,
      ...latestDecisions(await plan.decisions(), paint),
      ...pending.map(text => `  not told to an agent yet: "${cleanLine(text)}"`),
      ...nextLines(next, paint),
    ].join('\n'),
    ...(context.given.has('detailed-exitcode') && ready ? { exitCode: 2 } : {}),
  };
};
