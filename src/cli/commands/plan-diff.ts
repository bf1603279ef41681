import { type Between, Fault, type Plan } from '../../index.ts';
import { cleanText } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import type { Context, Run } from '../verb.ts';
import { coloredDiff, under } from '../view/diff.ts';
import { findingLines } from '../view/findings.ts';

export const run: Run = async context => {
  const { given, io } = context;
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const { paths, ...between } = await betweenOf(context, plan);
  const files = (await plan.changes(between)).filter(({ path }) => paths.length === 0 || paths.some(under(path)));
  const diff = await plan.diff({ ...between, stat: given.has('stat'), ...(paths.length === 0 ? {} : { paths }) });
  const { findings = [] } = await plan.record();
  // Beside the diff, which is data where it goes through a pipe.
  if (findings.length > 0) context.say(findingLines(findings, context.paint).join('\n'));
  const text = given.has('name-only') ? files.map(({ path }) => `${path}\n`).join('') : diff;
  return {
    data: { plan_id: plan.id, files, findings, diff: given.has('name-only') ? null : diff },
    // Through a pipe a diff is data and goes out as it is; on a terminal it is somebody else's text.
    text: io.stdout.isTTY === true ? coloredDiff(cleanText(text), context.paint) : text,
    ...(given.has('detailed-exitcode') && files.length > 0 ? { exitCode: 2 } : {}),
  };
};

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
