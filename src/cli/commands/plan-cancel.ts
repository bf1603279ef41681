import { approve } from '../ask.ts';
import { openHere, planOf } from '../open.ts';
import type { Run } from '../verb.ts';
import { planData } from '../view/plan-data.ts';
import { shortId } from '../view/ways.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const { description, subplanStatuses } = await plan.record();
  const open = subplanStatuses.filter(({ state }) => state === 'pending' || state === 'running').length;
  await approve(context, `Cancel "${description}" and ${open} open subplans (the work is kept in a ref)`);
  await plan.cancel(context.given.text('reason'));
  const record = await plan.settled();
  return { data: { plan: planData(record) }, text: `cancelled  ${record.description}  ${shortId(record.planId)}` };
};
