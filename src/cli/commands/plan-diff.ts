import { cleanText } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import type { Context, Run } from '../verb.ts';

export const run: Run = async context => {
  const { given, io } = context;
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const paths = given.list('paths');
  const files = (await plan.changes()).filter(({ path }) => paths.length === 0 || paths.some(under(path)));
  const diff = await plan.diff({ stat: given.has('stat'), ...(paths.length === 0 ? {} : { paths }) });
  const text = given.has('name-only') ? files.map(({ path }) => `${path}\n`).join('') : diff;
  return {
    data: { plan_id: plan.id, files, diff: given.has('name-only') ? null : diff },
    // Through a pipe a diff is data and goes out as it is; on a terminal it is somebody else's text.
    text: io.stdout.isTTY === true ? colored(cleanText(text), context.paint) : text,
    ...(given.has('detailed-exitcode') && files.length > 0 ? { exitCode: 2 } : {}),
  };
};

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
