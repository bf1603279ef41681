import { omitUndefined } from '../../../model/optional-keys.ts';
import type { RunCommand } from '../../command.ts';
import { followPlan } from '../../follow-plan.ts';
import { planCommandResult } from '../../output/plan-result.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';

/** Creates a plan from a checkpoint, then follows its Strategize phase. */
export const run: RunCommand = async context => {
  const { args } = context;
  await using opened = await openProject(context);
  const { troupe } = opened;
  const source = await requirePlan(context, troupe);
  const [checkpoint, goal, profile, guidance] = ['checkpoint', 'goal', 'profile', 'guidance'].map(name =>
    args.text(name),
  );
  const plan = await troupe.fork({
    plan: source.id,
    ...omitUndefined({ checkpoint, goal, profile, guidance }),
    ...(args.has('start') ? {} : { start: false }),
  });
  context.reportStarted(plan.id);
  const attendance = followPlan(context, plan);
  try {
    const made = await plan.record();
    const started = args.has('start') && made.profileSnapshot.thresholds.startStrategize < 1;
    const record = started ? await attendance.waitUntilIdle() : made;
    return await planCommandResult({ context, plan, record, attendance, aim: 'strategize' });
  } finally {
    attendance.close();
  }
};
