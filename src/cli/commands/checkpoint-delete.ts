import { openHere, planOf } from '../open.ts';
import type { Run } from '../verb.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const wanted = context.given.text('checkpoint') ?? '';
  await plan.deleteCheckpoint(wanted);
  return { data: { plan_id: plan.id, deleted: wanted }, text: `deleted  ${wanted}` };
};
