import { type ApplyTarget, Fault, type Plan } from '../../index.ts';
import { approve } from '../ask.ts';
import { attend } from '../attend.ts';
import { openHere, planOf } from '../open.ts';
import { outcomeOf } from '../outcome.ts';
import { targetName, targetOf } from '../target.ts';
import type { Context, Run } from '../verb.ts';
import { planData } from '../view/plan-data.ts';
import { summarize, summaryLine } from '../view/summary.ts';
import { leadingOn } from '../view/ways.ts';

export const run: Run = async context => {
  const target = targetOf(context);
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  if (context.given.has('dry-run')) return await dryRun(plan, target);
  // A landing whose process ended was approved before it began: it is finished, not asked for again.
  const { phase, state } = await plan.record();
  const begun = phase === 'apply' && state === 'processing';
  if (!begun) await approveLanding(context, plan, target);
  const attendance = attend(context, plan);
  try {
    await attendance.catchUp();
    if (begun) await opened.troupe.resume();
    else await plan.apply({ target });
    return await outcomeOf({ context, plan, record: await attendance.settle(), attendance, aim: 'apply' });
  } finally {
    attendance.close();
  }
};

/** Shows what would land, where, and what was checked; then asks. */
export async function approveLanding(context: Context, plan: Plan, target: ApplyTarget, typed?: string): Promise<void> {
  const record = await plan.record();
  if (record.resultTree === null || record.state !== 'complete') return;
  if (!context.globals.yes) context.say(await preview(plan, target));
  await approve(context, `Apply to ${targetName(target, record.projectLinks[0]?.branch ?? null)}`, typed);
}

async function preview(plan: Plan, target: ApplyTarget): Promise<string> {
  const record = await plan.record();
  const checks = record.validationResults.map(
    ({ name, passed, required, exitCode, cached = false }) =>
      `  ${passed ? 'passed' : 'FAILED'}  ${name}${required ? '' : ' (informational)'}  exit ${exitCode ?? 'none'}${cached ? ' (cached)' : ''}`,
  );
  return [
    (await plan.diff({ stat: true })).trimEnd(),
    summaryLine(await summarize(plan, record)),
    ...checks,
    `To: ${targetName(target, record.projectLinks[0]?.branch ?? null)}`,
  ].join('\n');
}

async function dryRun(plan: Plan, target: ApplyTarget): ReturnType<Run> {
  const record = await plan.record();
  if (record.phase !== 'execute' || record.state !== 'complete') {
    throw new Fault(
      'PHASE_GUARD',
      `Only a plan whose execution is complete can be applied; this one is ${record.phase} ${record.state}`,
      {
        where: `plan ${record.planId}`,
        hints: leadingOn(record),
      },
    );
  }
  return {
    data: { dry_run: true, target, plan: planData(record), summary: await summarize(plan, record) },
    text: await preview(plan, target),
  };
}
