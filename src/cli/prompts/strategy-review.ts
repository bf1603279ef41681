import {
  commandHint,
  type Plan,
  type PlanRecord,
  reviewsStrategy,
  type SerializedError,
  TroupeError,
} from '../../index.ts';
import { formatHint, shortId } from '../../presentation/hints.ts';
import { formatStrategy } from '../../presentation/strategy.ts';
import { formatStrategyChanges } from '../../presentation/strategy-changes.ts';
import type { CommandContext, CommandOutcome } from '../command.ts';
import { editStrategy } from '../commands/plan/edit.run.ts';
import type { PlanFollower } from '../follow-plan.ts';
import type { Goal } from '../goal.ts';
import { planCommandResult } from '../output/plan-result.ts';
import { isInteractive } from './prompt.ts';

/** Returns whether the plan stopped because its profile requires a review of the strategy. */
export function needsStrategyReview({ phase, state, resting, error, profileSnapshot }: PlanRecord): boolean {
  return (
    phase === 'strategize' && state === 'complete' && resting && error === null && reviewsStrategy(profileSnapshot)
  );
}

/** Returns whether work may start: confirmed by `--yes`, or by the user after seeing the strategy. */
export async function confirmStrategy(context: CommandContext, plan: Plan, attendance: PlanFollower): Promise<boolean> {
  if (context.globals.yes) return true;
  if (!isInteractive(context)) return false;
  for (let prompt: string = question; ; ) {
    if (prompt === question) context.log(formatStrategy(await plan.record(), await plan.decisions(), context.paint));
    const answer = await attendance.prompt(prompt);
    if (answer === null || attendance.interruptSignal() !== null) return false;
    if (/^(g|go)$/i.test(answer)) return true;
    if (/^(q|quit)$/i.test(answer)) return false;
    prompt = /^(e|edit)$/i.test(answer) && (await editInteractively(context, plan)) ? question : 'Type g, e or q: ';
  }
}

const question = '[g]o: start the work, [e]dit the strategy, or [q]uit and leave it waiting? ';

/** Returns whether the user changed something. An invalid text is reported, and the strategy is unchanged. */
async function editInteractively(context: CommandContext, plan: Plan): Promise<boolean> {
  try {
    const changes = formatStrategyChanges(await editStrategy(context, plan));
    context.log(changes.length === 0 ? 'Nothing was changed.' : changes.join('\n'));
    return changes.length > 0;
  } catch (thrown) {
    TroupeError.assert(thrown);
    context.log([thrown.message, ...thrown.hints.map(hint => `  try: ${formatHint(hint)}`)].join('\n'), 'warning');
    return false;
  }
}

/** The result of a command that stops before a strategy's review. */
export async function strategyPendingResult(at: {
  context: CommandContext;
  plan: Plan;
  attendance: PlanFollower;
  aim: Goal;
}): Promise<CommandOutcome> {
  // What the user chose on Ctrl-C is accepted, and takes effect first.
  if (at.attendance.interruptSignal() !== null)
    return planCommandResult({ ...at, record: await at.plan.waitUntilIdle() });
  const record = await at.plan.record();
  return { ...(await planCommandResult({ ...at, record })), error: reviewRequiredError(record) };
}

/** Exit code 6, and the commands that continue. */
function reviewRequiredError({ planId, automationProfile }: PlanRecord): SerializedError {
  const id = shortId(planId);
  const why = `The strategy waits for your go-ahead: the profile "${automationProfile}" asks before Execute`;
  return new TroupeError('APPROVAL_NEEDED', why, {
    where: `plan ${id}`,
    hints: [
      commandHint('plan execute', { planId: id, note: 'start the work' }),
      commandHint('plan explain', { planId: id, note: 'read the strategy' }),
      commandHint('plan edit', { planId: id, note: 'change it first' }),
    ],
  }).toJSON();
}
