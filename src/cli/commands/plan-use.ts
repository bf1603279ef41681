import { useOptionsOf } from '../action-source.ts';
import { attend } from '../attend.ts';
import { openHere } from '../open.ts';
import { outcomeOf } from '../outcome.ts';
import type { Run } from '../verb.ts';

export const run: Run = async context => {
  const options = await useOptionsOf(context);
  await using opened = await openHere(context);
  const plan = await opened.troupe.use({ ...options, ...(context.given.has('start') ? {} : { start: false }) });
  const attendance = attend(context, plan);
  try {
    const { phase, state } = await plan.record();
    const waits = !context.given.has('start') || (phase === 'strategize' && state === 'queued');
    const record = waits ? await plan.record() : await attendance.settle();
    return await outcomeOf({ context, plan, record, attendance, aim: 'strategize' });
  } finally {
    attendance.close();
  }
};
