import { attend } from '../attend.ts';
import { openHere, planOf } from '../open.ts';
import { outcomeOf } from '../outcome.ts';
import type { Run } from '../verb.ts';

/** A new plan from a checkpoint, then staying with it while it strategizes. */
export const run: Run = async context => {
  const { given } = context;
  await using opened = await openHere(context);
  const { troupe } = opened;
  const source = await planOf(context, troupe);
  const [checkpoint, goal, profile, guidance] = ['checkpoint', 'goal', 'profile', 'guidance'].map(name =>
    given.text(name),
  );
  const plan = await troupe.fork({
    plan: source.id,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(goal === undefined ? {} : { goal }),
    ...(profile === undefined ? {} : { profile }),
    ...(guidance === undefined ? {} : { guidance }),
    ...(given.has('start') ? {} : { start: false }),
  });
  context.begun(plan.id);
  const attendance = attend(context, plan);
  try {
    const made = await plan.record();
    const started = given.has('start') && made.profileSnapshot.thresholds.startStrategize < 1;
    const record = started ? await attendance.settle() : made;
    return await outcomeOf({ context, plan, record, attendance, aim: 'strategize' });
  } finally {
    attendance.close();
  }
};
