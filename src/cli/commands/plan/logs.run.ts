import { commandHint, TroupeError } from '../../../index.ts';
import { omitUndefined } from '../../../model/optional-keys.ts';
import { createLogLabels } from '../../../presentation/log-labels.ts';
import { sanitizeText } from '../../../presentation/sanitize.ts';
import { toSnakeCaseKeys } from '../../../presentation/snake-case.ts';
import type { CommandContext, LogLineData, RunCommand } from '../../command.ts';
import { parseSince } from '../../parse-since.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';
import { resolveSubplan } from '../../project/resolve-subplan.ts';

/** Maximum lines in a single document: a followed log has no end. */
const linesMax = 10_000;

export const run: RunCommand = async context => {
  const { args, globals } = context;
  const tail = parseTail(context);
  const since = parseSince(args.text('since'), context.io.now());
  const steps = args.list('step');
  // Output often reaches a terminal through a pipe: escape sequences, which could clear it or write to its clipboard,
  // pass only with --raw.
  const shown = args.has('raw') ? (line: string) => line : sanitizeText;
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const names = createLogLabels(await opened.troupe.tree(plan.id), context.paint);
  const only = args.list('only').map(wanted => resolveSubplan(names, wanted, plan.id));
  const kept: LogLineData[] = [];
  let printed = 0;
  const stop = new AbortController();
  const letGo = context.interrupts.handle(() => stop.abort());
  const wanted = {
    ...(only.length === 0 ? {} : { only }),
    ...(steps.length === 0 ? {} : { steps }),
    ...omitUndefined({ since, tail }),
    ...(args.has('raw') ? { output: true } : {}),
  };
  for await (const line of plan.logs({ ...wanted, follow: args.has('follow'), signal: stop.signal })) {
    if (!names.has(line.planId)) names.add(await opened.troupe.tree(plan.id));
    const text = shown(line.text);
    const entry: LogLineData = { type: 'log', ...line, subplan: names.goal(line.planId), text };
    context.emitLogLine(entry, `${names.prefix(line.planId)}${text}`);
    printed += 1;
    if (globals.format !== 'yaml') continue;
    kept.push(entry);
    if (kept.length > linesMax) kept.shift();
  }
  letGo();
  if (printed === 0) context.log(Object.keys(wanted).length > 0 ? 'No line is like that' : 'Nothing was printed yet');
  return {
    data: {
      plan_id: plan.id,
      printed,
      lines: toSnakeCaseKeys(kept),
      dropped: kept.length === 0 ? 0 : printed - kept.length,
    },
    text: '',
  };
};

function parseTail({ args }: CommandContext): number | undefined {
  const typed = args.text('tail');
  if (typed === undefined) return undefined;
  if (/^\d+$/.test(typed)) return Number(typed);
  throw new TroupeError('USAGE', `--tail takes a number of lines, not "${typed}"`, {
    hints: [commandHint('plan logs', { options: { tail: '20' } })],
  });
}
