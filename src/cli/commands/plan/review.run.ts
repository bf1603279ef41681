import { colorDiff, isAtOrBelow } from '../../../presentation/diff.ts';
import { sanitizeLine, sanitizeText } from '../../../presentation/sanitize.ts';
import { toSnakeCaseKeys } from '../../../presentation/snake-case.ts';
import type { RunCommand } from '../../command.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';

/** Lists the parts of a result, named as for `plan apply --only` and `plan reject`. */
export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const paths = context.args.list('paths');
  const files = (await plan.review.files()).filter(({ path }) => paths.length === 0 || paths.some(isAtOrBelow(path)));
  const { paint } = context;
  const lines = files.flatMap(({ path, operation, hunks }) => [
    `${paint.bold(sanitizeLine(path))}  ${operation}`,
    ...hunks.flatMap(({ number, text }) => [
      paint.cyan(`${sanitizeLine(path)}#${number}`),
      colorDiff(sanitizeText(text.trimEnd()), paint),
    ]),
  ]);
  return {
    data: { plan_id: plan.id, files: toSnakeCaseKeys(files) },
    text: files.length === 0 ? 'The result changes nothing here.' : lines.join('\n'),
  };
};
