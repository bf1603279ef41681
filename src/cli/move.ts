import type { Plan, PlanRecord, Troupe } from '../index.ts';
import { attend } from './attend.ts';
import { cleanLine } from './clean.ts';
import { seeThrough } from './go-on.ts';
import { inspectedIfWanted } from './inspecting.ts';
import { openHere, planOf } from './open.ts';
import { outcomeOf } from './outcome.ts';
import { approveStrategy, needsReview, unreviewed } from './strategy-review.ts';
import type { Context, Outcome } from './verb.ts';
import type { Aim } from './verdict.ts';
import { isUnderWay, progressMade } from './view/progress-made.ts';

export interface Movement {
  troupe: Troupe;
  plan: Plan;
  record: PlanRecord;
}

/** One command to one plan, then staying with it until it rests. */
export async function move(
  context: Context,
  options: {
    aim: Aim;
    command(movement: Movement): Promise<void>;
    /** A strategy that its profile wants reviewed is shown and asked about, as `run` does. @default false */
    reviews?: boolean;
  },
): Promise<Outcome> {
  await using opened = await openHere(context);
  const { troupe } = opened;
  await using _page = await inspectedIfWanted(context, troupe);
  const plan = await planOf(context, troupe);
  const before = await plan.record();
  const attendance = attend(context, plan);
  try {
    await attendance.catchUp();
    if (isUnderWay(before) && !context.attached)
      context.say(`Taking up "${cleanLine(before.description)}" where its process ended: ${progressMade(before)}`);
    await options.command({ troupe, plan, record: before });
    context.begun(plan.id);
    let record = await attendance.settle();
    const { aim } = options;
    if (options.reviews && attendance.interrupted() === null && needsReview(record)) {
      if (!(await approveStrategy(context, plan, attendance)))
        return await unreviewed({ context, plan, attendance, aim });
      await seeThrough(plan);
      record = await attendance.settle();
    }
    return await outcomeOf({ context, plan, record, attendance, aim });
  } finally {
    attendance.close();
  }
}
