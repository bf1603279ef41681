import { Fault, type Plan, type PlanRecord, reviewsStrategy, type StoredFault } from '../index.ts';
import { canAsk } from './ask.ts';
import type { Attendance } from './attend.ts';
import { editStrategy } from './commands/plan-edit.ts';
import { outcomeOf } from './outcome.ts';
import type { Context, Outcome } from './verb.ts';
import type { Aim } from './verdict.ts';
import { changesIn } from './view/edit-report.ts';
import { strategyText } from './view/strategy.ts';
import { shortId } from './view/ways.ts';

/** Whether the plan stopped at a strategy that its profile wants a person to see before work starts. */
export function needsReview({ phase, state, resting, error, profileSnapshot }: PlanRecord): boolean {
  return (
    phase === 'strategize' && state === 'complete' && resting && error === null && reviewsStrategy(profileSnapshot)
  );
}

/** Whether work may start: `--yes` says so, or the person at the terminal who was shown the strategy. */
export async function approveStrategy(context: Context, plan: Plan, attendance: Attendance): Promise<boolean> {
  if (context.globals.yes) return true;
  if (!canAsk(context)) return false;
  for (let prompt: string = question; ; ) {
    if (prompt === question) context.say(strategyText(await plan.record(), await plan.decisions(), context.paint));
    const answer = await attendance.ask(prompt);
    if (answer === null || attendance.interrupted() !== null) return false;
    if (/^(g|go)$/i.test(answer)) return true;
    if (/^(q|quit)$/i.test(answer)) return false;
    prompt = /^(e|edit)$/i.test(answer) && (await edited(context, plan)) ? question : 'Type g, e or q: ';
  }
}

const question = '[g]o: start the work, [e]dit the strategy, or [q]uit and leave it waiting? ';

/** Whether the person changed something. A text that cannot be read is reported, and the strategy is as it was. */
async function edited(context: Context, plan: Plan): Promise<boolean> {
  try {
    const changes = changesIn(await editStrategy(context, plan));
    context.say(changes.length === 0 ? 'Nothing was changed.' : changes.join('\n'));
    return changes.length > 0;
  } catch (thrown) {
    if (!Fault.is(thrown)) throw thrown;
    context.say([thrown.message, ...thrown.hints.map(hint => `  try: ${hint}`)].join('\n'), 'warning');
    return false;
  }
}

/** The end of a command that left a strategy waiting. */
export async function unreviewed(at: {
  context: Context;
  plan: Plan;
  attendance: Attendance;
  aim: Aim;
}): Promise<Outcome> {
  const record = await at.plan.record();
  const outcome = await outcomeOf({ ...at, record });
  return at.attendance.interrupted() === null ? { ...outcome, fault: reviewNeeded(record) } : outcome;
}

/** What it reports: exit code 6, and the commands that continue. */
function reviewNeeded({ planId, automationProfile }: PlanRecord): StoredFault {
  const id = shortId(planId);
  const why = `The strategy waits for your go-ahead: the profile "${automationProfile}" asks before Execute`;
  return new Fault('APPROVAL_NEEDED', why, {
    where: `plan ${id}`,
    hints: [
      `troupe plan execute ${id}   # start the work`,
      `troupe plan explain ${id}   # read the strategy`,
      `troupe plan edit ${id}   # change it first`,
    ],
  }).toJSON();
}
