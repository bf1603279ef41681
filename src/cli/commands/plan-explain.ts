import { cleanLine } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import { snakeKeys } from '../snake.ts';
import type { Run } from '../verb.ts';
import { account } from '../view/account.ts';
import { checkoutLines } from '../view/checkout.ts';
import { decisionLines } from '../view/decisions.ts';
import { impactOf } from '../view/impact.ts';
import { lastLinesText } from '../view/last-lines.ts';
import { planData } from '../view/plan-data.ts';
import { standing } from '../view/standing.ts';
import { nextLines } from '../view/ways.ts';

/** Why the plan is as it is: what was decided and rejected, why it rests, and what leads on. */
export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const record = await plan.record();
  const decisions = await plan.decisions({ superseded: context.given.has('superseded') });
  const { why, next } = account(record, context);
  const { paint } = context;
  const impact = [...impactOf(decisions)].map(([decision_id, invalidates]) => ({ decision_id, invalidates }));
  return {
    data: { plan: planData(record), decisions: snakeKeys(decisions), impact, reason: why, next },
    text: [
      `${paint.bold(standing(record))}  ${cleanLine(record.description)}`,
      why,
      ...lastLinesText(record.error),
      ...checkoutLines(record),
      '',
      ...decisionLines(decisions, paint),
      '',
      ...(next.length === 0 ? ['Nothing leads on from here.'] : nextLines(next, paint)),
    ].join('\n'),
  };
};
