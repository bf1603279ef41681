import {
  type ApplyOptions,
  Fault,
  type LandingPreview,
  type Plan,
  type PlanRecord,
  type StoredFault,
} from '../../index.ts';
import { approve } from '../ask.ts';
import { attend } from '../attend.ts';
import { openHere, planOf } from '../open.ts';
import { outcomeOf } from '../outcome.ts';
import { count } from '../progress/sentence.ts';
import { applyOptionsOf, targetName } from '../target.ts';
import type { Context, Run } from '../verb.ts';
import { previewText } from '../view/landing.ts';
import { planData } from '../view/plan-data.ts';
import { reason } from '../view/standing.ts';
import { summarize } from '../view/summary.ts';
import { leadingOn } from '../view/ways.ts';

export const run: Run = async context => {
  const options = applyOptionsOf(context);
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  if (context.given.has('dry-run')) return await dryRun(context, plan, options);
  const part = isPart(options) ? await plan.preview(options) : null;
  if (part?.goesOn) return await landPart(context, plan, options, part);
  // A landing whose process ended was approved before it began: it is finished, not asked for again.
  const { phase, state } = await plan.record();
  const begun = phase === 'apply' && state === 'processing';
  if (!begun) await approveLanding(context, plan, options);
  const attendance = attend(context, plan);
  try {
    await attendance.catchUp();
    if (begun) await opened.troupe.resume();
    else await plan.apply(options);
    return await outcomeOf({ context, plan, record: await attendance.settle(), attendance, aim: 'apply' });
  } finally {
    attendance.close();
  }
};

const isPart = ({ only, finished, subplans }: ApplyOptions) =>
  only !== undefined || subplans !== undefined || finished === true;

/** What lands is what was shown, and the plan stays where it is or goes on. */
async function landPart(context: Context, plan: Plan, options: ApplyOptions, preview: LandingPreview): ReturnType<Run> {
  const { target, treeOid: shown } = preview;
  const before = await plan.record();
  if (!context.globals.yes) context.say(await shownTo(context, plan, before, preview));
  await approve(context, `Land this part on ${nameOf(before, { target })}`);
  await plan.apply({ ...options, target, shown });
  const record = await plan.record();
  const landed = record.landings?.at(-1);
  const next = leadingOn(record);
  const commits = landed?.commits.map(commit => commit.slice(0, 12)).join(', ');
  return {
    data: { plan: planData(record), summary: await summarize(plan, record), next },
    text: [
      `${context.paint.bold('landed')}  ${count(landed?.files.length ?? 0, 'file')} on ${nameOf(record, { target })}${commits ? ` as ${commits}` : ''}`,
      reason(record),
      ...next.slice(0, 3).map(command => `  next: ${context.paint.cyan(command)}`),
    ].join('\n'),
  };
}

/** Shows what would land, where, and what was checked; then asks. */
export async function approveLanding(
  context: Context,
  plan: Plan,
  options: ApplyOptions,
  typed?: string,
): Promise<void> {
  const record = await plan.record();
  if (!isReviewed(record)) return;
  if (!context.globals.yes) context.say(await shownTo(context, plan, record, await plan.preview(options)));
  const target = options.target ?? record.landings?.at(-1)?.target ?? { kind: 'checkout' };
  await approve(context, `Apply to ${nameOf(record, { target })}`, typed);
}

/** There is a result to apply: Execute is complete, or an apply was refused since. */
const isReviewed = ({ phase, state, resultTree, ways }: PlanRecord) =>
  resultTree !== null && (ways.includes('apply') || (phase === 'execute' && state === 'complete'));

async function shownTo(
  { paint }: Pick<Context, 'paint'>,
  plan: Plan,
  record: PlanRecord,
  preview: LandingPreview,
): Promise<string> {
  const target = nameOf(record, { target: preview.target });
  return previewText({ preview, record, summary: await summarize(plan, record), target, paint });
}

function nameOf(record: PlanRecord, { target }: Pick<LandingPreview, 'target'>): string {
  return targetName(target, record);
}

async function dryRun(context: Context, plan: Plan, options: ApplyOptions): ReturnType<Run> {
  const record = await plan.record();
  if (!isPart(options) && !isReviewed(record)) {
    throw new Fault(
      'PHASE_GUARD',
      `Only a plan whose execution is complete can be applied; this one is ${record.phase} ${record.state}`,
      {
        where: `plan ${record.planId}`,
        hints: leadingOn(record),
      },
    );
  }
  const preview = await plan.preview(options);
  const { target, left, subplans, goesOn, message, messageFault, after, moved, uncommitted, obstacle } = preview;
  return {
    data: {
      dry_run: true,
      target,
      plan: planData(record),
      summary: await summarize(plan, record),
      landing: {
        files: preview.files.map(({ path, operation }) => ({ path, operation })),
        ...{
          left,
          subplans,
          goes_on: goesOn,
          message,
          message_fault: messageFault && { code: messageFault.code, message: messageFault.message },
          after: after?.argv ?? null,
          moved,
          uncommitted,
          obstacle: obstacle && toldOf(obstacle),
        },
      },
    },
    text: await shownTo(context, plan, record, preview),
  };
}

const toldOf = ({ code, message, hints }: StoredFault) => ({ code, message, hints });
