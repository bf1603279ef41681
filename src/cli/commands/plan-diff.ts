import type { Between } from '../../index.ts';
import { cleanText } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import type { Context, Run } from '../verb.ts';

export const run: Run = async context => {
  const { given, io } = context;
  await using opened = await openHere(context);
  const named = betweenOf(given);
  const plan = await planOf(context, opened.troupe);
  const { paths, ...between } = named;
  const files = (await plan.changes(between)).filter(({ path }) => paths.length === 0 || paths.some(under(path)));
  const diff = await plan.diff({ ...between, stat: given.has('stat'), ...(paths.length === 0 ? {} : { paths }) });
  const text = given.has('name-only') ? files.map(({ path }) => `${path}\n`).join('') : diff;
  return {
    data: { plan_id: plan.id, files, diff: given.has('name-only') ? null : diff },
    // Through a pipe a diff is data and goes out as it is; on a terminal it is somebody else's text.
    text: io.stdout.isTTY === true ? colored(cleanText(text), context.paint) : text,
    ...(given.has('detailed-exitcode') && files.length > 0 ? { exitCode: 2 } : {}),
  };
};

/** Two ids are plans or checkpoints to compare; anything else are paths. */
function betweenOf(given: Context['given']): Between & { paths: string[] } {
  const words = given.list('paths');
  const correction = given.text('correction');
  if (correction !== undefined) return { correction, paths: words };
  const [from, to] = words;
  const isId = (word: string | undefined) => word !== undefined && /^(?=.*\d)[0-9A-HJKMNP-TV-Z]{6,26}$/.test(word);
  if (words.length === 2 && from !== undefined && to !== undefined && isId(from) && isId(to))
    return { from, to, paths: [] };
  return { paths: words };
}

function under(path: string): (given: string) => boolean {
  return given => {
    const folder = given.replace(/^\.\//, '').replace(/\/+$/, '');
    return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`);
  };
}

function colored(diff: string, paint: Context['paint']): string {
  return diff
    .split('\n')
    .map(line => {
      if (/^(diff|index|---|\+\+\+) /.test(line)) return paint.bold(line);
      if (line.startsWith('@@')) return paint.cyan(line);
      if (line.startsWith('+')) return paint.green(line);
      return line.startsWith('-') ? paint.red(line) : line;
    })
    .join('\n');
}
