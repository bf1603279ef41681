import type { Plan, PlanRecord, Troupe } from '../index.ts';
import { advanceIfIdle } from '../presentation/advance-plan.ts';
import { isInProgress, progressText } from '../presentation/progress-text.ts';
import { sanitizeLine } from '../presentation/sanitize.ts';
import type { CommandContext, CommandOutcome } from './command.ts';
import { followPlan } from './follow-plan.ts';
import type { Goal } from './goal.ts';
import { openInspectorIfRequested } from './inspector.ts';
import { planCommandResult } from './output/plan-result.ts';
import { openProject, requirePlan } from './project/open-project.ts';
import { confirmStrategy, needsStrategyReview, strategyPendingResult } from './prompts/strategy-review.ts';

export interface PlanCommandInput {
  troupe: Troupe;
  plan: Plan;
  record: PlanRecord;
}

/** Says that this process continues a plan whose process ended. */
export function reportTakeUp(context: CommandContext, record: PlanRecord): void {
  if (isInProgress(record) && !context.attached)
    context.log(`Taking up "${sanitizeLine(record.description)}" where its process ended: ${progressText(record)}`);
}

/** Sends one command to a plan, then follows it until it waits or ends. */
export async function runPlanCommand(
  context: CommandContext,
  options: {
    aim: Goal;
    command(movement: PlanCommandInput): Promise<void>;
    /** Show the strategy and ask for confirmation when the profile requires it, as `run` does. @default false */
    reviews?: boolean;
  },
): Promise<CommandOutcome> {
  await using opened = await openProject(context);
  const { troupe } = opened;
  await using _page = await openInspectorIfRequested(context, troupe);
  const plan = await requirePlan(context, troupe);
  const before = await plan.record();
  const attendance = followPlan(context, plan);
  try {
    await attendance.skipHistory();
    reportTakeUp(context, before);
    await options.command({ troupe, plan, record: before });
    context.reportStarted(plan.id);
    let record = await attendance.waitUntilIdle();
    const { aim } = options;
    if (options.reviews && attendance.interruptSignal() === null && needsStrategyReview(record)) {
      if (!(await confirmStrategy(context, plan, attendance)))
        return await strategyPendingResult({ context, plan, attendance, aim });
      await advanceIfIdle(plan);
      record = await attendance.waitUntilIdle();
    }
    return await planCommandResult({ context, plan, record, attendance, aim });
  } finally {
    attendance.close();
  }
}
