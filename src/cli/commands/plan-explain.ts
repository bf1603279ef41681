import { cleanLine } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import { snakeKeys } from '../snake.ts';
import type { Run } from '../verb.ts';
import { decisionLines } from '../view/decisions.ts';
import { planData } from '../view/plan-data.ts';
import { reason, standing } from '../view/standing.ts';
import { leadingOn } from '../view/ways.ts';

/** Why the plan is as it is: what was decided and rejected, why it rests, and what leads on. */
export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const record = await plan.record();
  const decisions = await plan.decisions({ superseded: context.given.has('superseded') });
  const next = leadingOn(record);
  const { paint } = context;
  return {
    data: { plan: planData(record), decisions: snakeKeys(decisions), reason: reason(record), next },
    text: [
      `${paint.bold(standing(record))}  ${cleanLine(record.description)}`,
      reason(record),
      '',
      ...decisionLines(decisions, paint),
      '',
      ...(next.length === 0 ? ['Nothing leads on from here.'] : next.map(way => `  next: ${paint.cyan(way)}`)),
    ].join('\n'),
  };
};
