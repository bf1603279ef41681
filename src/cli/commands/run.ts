import { useOptionsOf, withBase } from '../action-source.ts';
import { attend } from '../attend.ts';
import { seeThrough } from '../go-on.ts';
import { inspectedIfWanted } from '../inspecting.ts';
import { openHere } from '../open.ts';
import { outcomeOf } from '../outcome.ts';
import { approveStrategy, needsReview, unreviewed } from '../strategy-review.ts';
import { flagsOf, targetOf } from '../target.ts';
import type { Run } from '../verb.ts';
import { obstacle } from '../verdict.ts';
import { shortId } from '../view/ways.ts';
import { approveLanding } from './plan-apply.ts';

/** Use, strategize, execute unless the profile wants the strategy reviewed first; with `--apply` to the end. */
export const run: Run = async context => {
  const options = await useOptionsOf(context);
  await using opened = await openHere(context);
  const from = opened.place.root;
  const target = targetOf(context, from);
  await using _page = await inspectedIfWanted(context, opened.troupe);
  // In the plan itself, not in this process: one that is killed in Strategize continues as far as this command would have.
  const execute = context.globals.yes ? 'always' : 'unlessReviewed';
  const plan = await opened.troupe.use({ ...(await withBase(opened.troupe, options)), from, execute });
  context.begun(plan.id);
  const attendance = attend(context, plan);
  try {
    let record = await attendance.settle();
    const isAtStrategy = record.phase === 'strategize' && obstacle(record, 'strategize') === null;
    if (attendance.interrupted() === null && isAtStrategy) {
      if (needsReview(record) && !(await approveStrategy(context, plan, attendance))) {
        return await unreviewed({ context, plan, attendance, aim: 'execute' });
      }
      await seeThrough(plan);
      record = await attendance.settle();
    }
    const wanted = context.given.has('apply') && attendance.interrupted() === null;
    if (!wanted || obstacle(record, 'execute') !== null || record.state === 'applied') {
      return await outcomeOf({ context, plan, record, attendance, aim: 'execute' });
    }
    // The work is done: whoever says yes later says it of this plan, and does not begin another.
    const asked = { from, ...(target !== undefined && { target }) };
    const typed = `troupe plan apply ${shortId(plan.id)}${flagsOf(target)}`;
    await plan.apply(await approveLanding(context, plan, asked, typed));
    return await outcomeOf({ context, plan, record: await attendance.settle(), attendance, aim: 'apply' });
  } finally {
    attendance.close();
  }
};
