import { planRequestFromFlags, resolveStoredBase } from '../../action-input.ts';
import type { RunCommand } from '../../command.ts';
import { followPlan } from '../../follow-plan.ts';
import { planCommandResult } from '../../output/plan-result.ts';
import { openProject } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  const options = await planRequestFromFlags(context);
  await using opened = await openProject(context);
  const start = context.args.has('start') ? {} : { start: false };
  const from = opened.location.root;
  const plan = await opened.troupe.use({ ...(await resolveStoredBase(opened.troupe, options)), from, ...start });
  context.reportStarted(plan.id);
  const attendance = followPlan(context, plan);
  try {
    const made = await plan.record();
    // When the profile leaves the start to a person, there is nothing to wait for.
    const started = context.args.has('start') && made.profileSnapshot.thresholds.startStrategize < 1;
    const record = started ? await attendance.waitUntilIdle() : made;
    return await planCommandResult({ context, plan, record, attendance, aim: 'strategize' });
  } finally {
    attendance.close();
  }
};
