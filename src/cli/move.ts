import type { Plan, PlanRecord, Troupe } from '../index.ts';
import { attend } from './attend.ts';
import { cleanLine } from './clean.ts';
import { inspectedIfWanted } from './inspecting.ts';
import { openHere, planOf } from './open.ts';
import { outcomeOf } from './outcome.ts';
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
  options: { aim: Aim; command(movement: Movement): Promise<void> },
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
    const record = await attendance.settle();
    return await outcomeOf({ context, plan, record, attendance, aim: options.aim });
  } finally {
    attendance.close();
  }
}
