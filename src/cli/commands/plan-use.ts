import { useOptionsOf, withBase } from '../action-source.ts';
import { attend } from '../attend.ts';
import { openHere } from '../open.ts';
import { outcomeOf } from '../outcome.ts';
import type { Run } from '../verb.ts';

export const run: Run = async context => {
  const options = await useOptionsOf(context);
  await using opened = await openHere(context);
  const start = context.given.has('start') ? {} : { start: false };
  const from = opened.place.root;
  const plan = await opened.troupe.use({ ...(await withBase(opened.troupe, options)), from, ...start });
  context.begun(plan.id);
  const attendance = attend(context, plan);
  try {
    const made = await plan.record();
    // The profile may leave the start to a person; then there is nothing to wait for.
    const started = context.given.has('start') && made.profileSnapshot.thresholds.startStrategize < 1;
    const record = started ? await attendance.settle() : made;
    return await outcomeOf({ context, plan, record, attendance, aim: 'strategize' });
  } finally {
    attendance.close();
  }
};
