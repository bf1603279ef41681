import { Fault } from '../../index.ts';
import { cleanText } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import { snakeKeys } from '../snake.ts';
import type { Context, Run, ShownLine } from '../verb.ts';
import { type LogNames, logNames } from '../view/log-names.ts';
import { shortId } from '../view/ways.ts';
import { sinceOf } from '../when.ts';

/** A log has no end; what is kept in memory for one document at the end has. */
const linesMax = 10_000;

export const run: Run = async context => {
  const { given, globals } = context;
  const tail = tailOf(context);
  const since = sinceOf(given.text('since'), context.io.now());
  const steps = given.list('step');
  // A pipe ends in a terminal often enough: what could clear it, or write to its clipboard, passes only when asked for.
  const shown = given.has('raw') ? (line: string) => line : cleanText;
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const names = logNames(await opened.troupe.tree(plan.id), context.paint);
  const only = given.list('only').map(wanted => chosen(names, wanted, plan.id));
  const kept: ShownLine[] = [];
  let printed = 0;
  const stop = new AbortController();
  const letGo = context.interrupts.hold(() => stop.abort());
  const wanted = {
    ...(only.length === 0 ? {} : { only }),
    ...(steps.length === 0 ? {} : { steps }),
    ...(since === undefined ? {} : { since }),
    ...(tail === undefined ? {} : { tail }),
  };
  for await (const line of plan.logs({ ...wanted, follow: given.has('follow'), signal: stop.signal })) {
    if (!names.knows(line.planId)) names.add(await opened.troupe.tree(plan.id));
    const text = shown(line.text);
    const entry: ShownLine = { type: 'log', ...line, subplan: names.goal(line.planId), text };
    context.line(entry, `${names.prefix(line.planId)}${text}`);
    printed += 1;
    if (globals.format !== 'yaml') continue;
    kept.push(entry);
    if (kept.length > linesMax) kept.shift();
  }
  letGo();
  if (printed === 0) context.say(Object.keys(wanted).length > 0 ? 'No line is like that' : 'Nothing was printed yet');
  return {
    data: { plan_id: plan.id, printed, lines: snakeKeys(kept), dropped: kept.length === 0 ? 0 : printed - kept.length },
    text: '',
  };
};

function tailOf({ given }: Context): number | undefined {
  const typed = given.text('tail');
  if (typed === undefined) return undefined;
  if (/^\d+$/.test(typed)) return Number(typed);
  throw new Fault('USAGE', `--tail takes a number of lines, not "${typed}"`, { hints: ['troupe plan logs --tail 20'] });
}

/** @throws {Fault} USAGE when no plan of the tree is called so, or more than one */
function chosen(names: LogNames, wanted: string, planId: string): string {
  const found = names.find(wanted);
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const how = found.length === 0 ? 'No subplan is' : `${found.length} subplans are`;
  throw new Fault('USAGE', `${how} called "${wanted}"`, {
    where: `plan ${shortId(planId)}`,
    hints: [`troupe plan tree ${shortId(planId)}`],
  });
}
