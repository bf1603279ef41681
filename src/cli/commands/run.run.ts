import { advanceIfIdle } from '../../presentation/advance-plan.ts';
import { targetFlagsText } from '../../presentation/apply-target.ts';
import { shortId } from '../../presentation/hints.ts';
import { planRequestFromFlags, resolveStoredBase } from '../action-input.ts';
import { goalRequest, namesAction } from '../agents/goal-request.ts';
import { saveAction } from '../agents/save-action.ts';
import type { RunCommand } from '../command.ts';
import { followPlan } from '../follow-plan.ts';
import { goalError, isGoalReached } from '../goal.ts';
import { openInspectorIfRequested } from '../inspector.ts';
import { planCommandResult } from '../output/plan-result.ts';
import { openProject } from '../project/open-project.ts';
import { confirmStrategy, needsStrategyReview, strategyPendingResult } from '../prompts/strategy-review.ts';
import { confirmApply } from './plan/apply.run.ts';
import { targetFromFlags } from './plan/apply-options.ts';

/**
 * Creates a plan and runs Strategize and Execute, unless the profile requires a review of the strategy; with
 * `--apply` also Apply.
 */
export const run: RunCommand = async context => {
  const named = namesAction(context) ? { request: await planRequestFromFlags(context), draft: null } : null;
  await using opened = await openProject(context);
  const from = opened.location.root;
  const target = targetFromFlags(context, from);
  await using _page = await openInspectorIfRequested(context, opened.troupe);
  // Stored in the plan: if this process is killed in Strategize, the plan later continues as far as this command
  // would have.
  const execute = context.globals.yes ? 'always' : 'unlessReviewed';
  const { request, draft } = named ?? (await goalRequest(context, opened));
  const options = await resolveStoredBase(opened.troupe, request);
  await saveAction(context, opened.troupe, draft ?? options.action);
  const plan = await opened.troupe.use({ ...options, from, execute });
  context.reportStarted(plan.id);
  const attendance = followPlan(context, plan);
  try {
    let record = await attendance.waitUntilIdle();
    // Not one that waits because another client reverted it.
    const isAtStrategy = isGoalReached(record, 'strategize');
    if (attendance.interruptSignal() === null && isAtStrategy) {
      if (needsStrategyReview(record) && !(await confirmStrategy(context, plan, attendance))) {
        return await strategyPendingResult({ context, plan, attendance, aim: 'execute' });
      }
      await advanceIfIdle(plan);
      record = await attendance.waitUntilIdle();
    }
    const wanted = context.args.has('apply') && attendance.interruptSignal() === null;
    if (!wanted || goalError(record, 'execute') !== null || record.state === 'applied') {
      return await planCommandResult({ context, plan, record, attendance, aim: 'execute' });
    }
    // The work is done: hints must refer to this plan and not start another.
    const asked = { from, ...(target !== undefined && { target }) };
    const typed = `troupe plan apply ${shortId(plan.id)}${targetFlagsText(target)}`;
    await plan.apply(await confirmApply(context, plan, asked, typed));
    return await planCommandResult({
      context,
      plan,
      record: await attendance.waitUntilIdle(),
      attendance,
      aim: 'apply',
    });
  } finally {
    attendance.close();
  }
};
