import { openHere, planOf } from '../open.ts';
import type { Run } from '../verb.ts';
import { planData } from '../view/plan-data.ts';
import { shortId } from '../view/ways.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const guidance = context.given.text('guidance') ?? '';
  await plan.prompt(guidance);
  return {
    data: { plan: planData(await plan.record()), guidance },
    text: `Taken; plan ${shortId(plan.id)} sees it at its next boundary`,
  };
};
