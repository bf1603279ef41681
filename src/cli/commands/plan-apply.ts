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
import { leadingOn, nextLines } from '../view/ways.ts';
import { whereTo } from '../where-to.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const here = opened.place.root;
  const options = applyOptionsOf(context, here);
  const plan = await planOf(context, opened.troupe);
  if (context.given.has('dry-run')) return await dryRun(context, plan, options);
  const part = isPart(options) ? await lookAhead(context, plan, options) : null;
  if (part?.preview.goesOn) return await landPart(context, plan, part);
  // A landing whose process ended was approved before it began: it is finished, not asked for again.
  const { phase, state } = await plan.record();
  const begun = phase === 'apply' && state === 'processing';
  const wanted = begun ? options : await approveLanding(context, plan, part?.options ?? options);
  const attendance = attend(context, plan);
  try {
    await attendance.catchUp();
    if (begun) await opened.troupe.resume();
    else await plan.apply(wanted);
    return await outcomeOf({ context, plan, record: await attendance.settle(), attendance, aim: 'apply' });
  } finally {
    attendance.close();
  }
};

const isPart = ({ only, finished, subplans }: ApplyOptions) =>
  only !== undefined || subplans !== undefined || finished === true;

/** What would be applied, and where, once a person was asked who stands elsewhere than the plan was made. */
interface Ahead {
  options: ApplyOptions;
  preview: LandingPreview;
}

/** @throws {Fault} TARGET_CHANGED, CANCELLED */
async function lookAhead(context: Context, plan: Plan, options: ApplyOptions): Promise<Ahead> {
  const preview = await plan.preview(options);
  const target = await whereTo(context, preview.obstacle);
  if (target === null) return { options, preview };
  const wanted = { ...options, target };
  return { options: wanted, preview: await plan.preview(wanted) };
}

/** What lands is what was shown, and the plan stays where it is or goes on. */
async function landPart(context: Context, plan: Plan, { options, preview }: Ahead): ReturnType<Run> {
  const { target, treeOid: shown } = preview;
  const before = await plan.record();
  if (!context.globals.yes) context.say(await shownTo(context, plan, { record: before, preview, here: options.from }));
  await approve(context, `Land this part on ${targetName(target, before, options.from)}`);
  await plan.apply({ ...options, target, shown });
  const record = await plan.record();
  const landed = record.landings?.at(-1);
  const next = leadingOn(record);
  const commits = landed?.commits.map(commit => commit.slice(0, 12)).join(', ');
  return {
    data: { plan: planData(record), summary: await summarize(plan, record), next },
    text: [
      `${context.paint.bold('landed')}  ${count(landed?.files.length ?? 0, 'file')} on ${targetName(target, record, options.from)}${commits ? ` as ${commits}` : ''}`,
      reason(record),
      ...nextLines(next, context.paint),
    ].join('\n'),
  };
}

/** Shows what would be applied, where, and what was checked; then asks. Answers with where it goes. */
export async function approveLanding(
  context: Context,
  plan: Plan,
  asked: ApplyOptions,
  typed?: string,
): Promise<ApplyOptions> {
  const record = await plan.record();
  if (context.globals.yes || !isReviewed(record)) return asked;
  const { options, preview } = await lookAhead(context, plan, asked);
  context.say(await shownTo(context, plan, { record, preview, here: options.from }));
  await approve(context, `Apply to ${targetName(preview.target, record, options.from)}`, typed);
  return options;
}

/** There is a result to apply: Execute is complete, or an apply was refused since. */
const isReviewed = ({ phase, state, resultTree, ways }: PlanRecord) =>
  resultTree !== null && (ways.includes('apply') || (phase === 'execute' && state === 'complete'));

async function shownTo(
  { paint }: Pick<Context, 'paint'>,
  plan: Plan,
  { record, preview, here }: { record: PlanRecord; preview: LandingPreview; here: string | undefined },
): Promise<string> {
  const target = targetName(preview.target, record, here);
  return previewText({ preview, record, summary: await summarize(plan, record), target, paint });
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
    text: await shownTo(context, plan, { record, preview, here: options.from }),
  };
}

const toldOf = ({ code, message, hints }: StoredFault) => ({ code, message, hints });
