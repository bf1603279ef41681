import { type AdjacentValues, type Between, Fault, type Plan } from '../../index.ts';
import { cleanLine, cleanText } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import type { Context, Run } from '../verb.ts';
import { coloredDiff, under } from '../view/diff.ts';
import { whyEmpty } from '../view/empty-diff.ts';
import { findingLines } from '../view/findings.ts';

export const run: Run = async context => {
  const { given, io } = context;
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  if (given.has('merged-adjacent')) return adjacentReport(plan.id, await adjacentIn(plan));
  const { paths, ...between } = await betweenOf(context, plan);
  const files = (await plan.changes(between)).filter(({ path }) => paths.length === 0 || paths.some(under(path)));
  const diff = await plan.diff({ ...between, stat: given.has('stat'), ...(paths.length === 0 ? {} : { paths }) });
  const { findings = [] } = await plan.record();
  // Beside the diff, which is data where it goes through a pipe.
  if (findings.length > 0) context.say(findingLines(findings, context.paint).join('\n'));
  if (files.length === 0 && diff === '') context.say(whyEmpty(await plan.record(), { paths, ...between }));
  const text = given.has('name-only') ? files.map(({ path }) => `${path}\n`).join('') : diff;
  return {
    data: { plan_id: plan.id, files, findings, diff: given.has('name-only') ? null : diff },
    // Through a pipe a diff is data and goes out as it is; on a terminal it is somebody else's text.
    text: io.stdout.isTTY === true ? coloredDiff(cleanText(text), context.paint) : text,
    ...(given.has('detailed-exitcode') && files.length > 0 ? { exitCode: 2 } : {}),
  };
};

interface Adjacent extends AdjacentValues {
  path: string;
}

/** What was merged by keys although each side changed something of one small map; of a plan at work, once it waits or is over. */
async function adjacentIn(plan: Plan): Promise<Adjacent[]> {
  const found: Adjacent[] = [];
  for await (const event of plan.events()) {
    if (event.type !== 'merge.folded') continue;
    for (const [path, maps] of Object.entries(event.adjacent ?? {})) found.push(...maps.map(map => ({ path, ...map })));
  }
  return found;
}

function adjacentReport(planId: string, found: readonly Adjacent[]) {
  const lines = found.map(({ path, at, ours, theirs }) => {
    const place = at.length === 0 ? 'the top level' : at.join('.');
    return cleanLine(`${path}: ${place}: one side changed ${ours.join(', ')}, the other ${theirs.join(', ')}`);
  });
  const text =
    lines.length === 0 ? 'No values were merged beside values that the other side changed.' : lines.join('\n');
  return { data: { plan_id: planId, files: [], findings: [], diff: null, adjacent: found }, text };
}

const idLike = /^[0-9A-HJKMNP-TV-Z]{6,26}$/;

/** Two words that name plans or checkpoints are to be compared; anything else are paths. */
async function betweenOf({ given }: Context, plan: Plan): Promise<Between & { paths: string[] }> {
  const paths = given.list('paths');
  const correction = given.text('correction');
  if (correction !== undefined) return { correction, paths };
  const [from = '', to = ''] = paths;
  if (paths.length !== 2 || !paths.every(word => idLike.test(word))) return { paths };
  try {
    await plan.changes({ from, to });
    return { from, to, paths: [] };
  } catch (thrown) {
    if (Fault.is(thrown) && thrown.code === 'UNKNOWN_PLAN') return { paths };
    throw thrown;
  }
}
