import { type DiffRange, type MergedAdjacent, type Plan, type Troupe, TroupeError } from '../../../index.ts';
import { colorDiff, isAtOrBelow } from '../../../presentation/diff.ts';
import { explainEmptyDiff } from '../../../presentation/empty-diff.ts';
import { formatFindings } from '../../../presentation/findings.ts';
import { sanitizeLine, sanitizeText } from '../../../presentation/sanitize.ts';
import type { CommandContext, RunCommand } from '../../command.ts';
import { openAttempt, parseAttempt } from '../../parse-attempt.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  const { args, io } = context;
  await using opened = await openProject(context);
  const plan = await attemptFromArgs(context, opened.troupe, await requirePlan(context, opened.troupe));
  if (args.has('merged-adjacent')) return adjacentReport(plan.id, await plan.conflicts.mergedAdjacent());
  const { paths, ...between } = await diffRangeFromArgs(context, plan);
  const files = (await plan.changes(between)).filter(({ path }) => paths.length === 0 || paths.some(isAtOrBelow(path)));
  const diff = await plan.diff({ ...between, stat: args.has('stat'), ...(paths.length === 0 ? {} : { paths }) });
  const { findings = [] } = await plan.record();
  // On standard error, because the diff may be piped as data.
  if (findings.length > 0) context.log(formatFindings(findings, context.paint).join('\n'));
  if (files.length === 0 && diff === '') context.log(explainEmptyDiff(await plan.record(), { paths, ...between }));
  const text = args.has('name-only') ? files.map(({ path }) => `${path}\n`).join('') : diff;
  return {
    data: { plan_id: plan.id, files, findings, diff: args.has('name-only') ? null : diff },
    // In a pipe a diff is data and unchanged; on a terminal it is untrusted text.
    text: io.stdout.isTTY === true ? colorDiff(sanitizeText(text), context.paint) : text,
    ...(args.has('detailed-exitcode') && files.length > 0 ? { exitCode: 2 } : {}),
  };
};

/** Returns the plan of the attempt that is asked for, else the plan itself. @throws {TroupeError} USAGE */
async function attemptFromArgs({ args }: CommandContext, troupe: Troupe, plan: Plan): Promise<Plan> {
  const typed = args.text('attempt');
  if (typed === undefined) return plan;
  return openAttempt(troupe, plan, parseAttempt(typed, { command: 'plan diff', flag: '--attempt' }));
}

function adjacentReport(planId: string, found: readonly MergedAdjacent[]) {
  const lines = found.map(({ path, at, ours, theirs }) => {
    const place = at.length === 0 ? 'the top level' : at.join('.');
    return sanitizeLine(`${path}: ${place}: one side changed ${ours.join(', ')}, the other ${theirs.join(', ')}`);
  });
  const text =
    lines.length === 0 ? 'No values were merged beside values that the other side changed.' : lines.join('\n');
  const adjacent = found.map(({ childPlanId, ...map }) => ({ child_plan_id: childPlanId, ...map }));
  return { data: { plan_id: planId, files: [], findings: [], diff: null, adjacent }, text };
}

const idLike = /^[0-9A-HJKMNP-TV-Z]{6,26}$/;

/** Two arguments that name plans or checkpoints are compared; anything else are paths. */
async function diffRangeFromArgs({ args }: CommandContext, plan: Plan): Promise<DiffRange & { paths: string[] }> {
  const paths = args.list('paths');
  const correction = args.text('correction');
  if (correction !== undefined) return { correction, paths };
  const [from = '', to = ''] = paths;
  if (paths.length !== 2 || !paths.every(word => idLike.test(word))) return { paths };
  try {
    await plan.changes({ from, to });
    return { from, to, paths: [] };
  } catch (thrown) {
    if (TroupeError.is(thrown) && thrown.code === 'UNKNOWN_PLAN') return { paths };
    throw thrown;
  }
}
