import { cleanLine, cleanText } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import { snakeKeys } from '../snake.ts';
import type { Run } from '../verb.ts';
import { coloredDiff, under } from '../view/diff.ts';

/** A result in the parts that `plan apply --only` and `plan reject` name. */
export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const paths = context.given.list('paths');
  const files = (await plan.review()).filter(({ path }) => paths.length === 0 || paths.some(under(path)));
  const { paint } = context;
  const lines = files.flatMap(({ path, operation, hunks }) => [
    `${paint.bold(cleanLine(path))}  ${operation}`,
    ...hunks.flatMap(({ number, text }) => [
      paint.cyan(`${cleanLine(path)}#${number}`),
      coloredDiff(cleanText(text.trimEnd()), paint),
    ]),
  ]);
  return {
    data: { plan_id: plan.id, files: snakeKeys(files) },
    text: files.length === 0 ? 'The result changes nothing here.' : lines.join('\n'),
  };
};
