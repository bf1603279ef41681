import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault, type Plan, type PlanRecord, shellWord, type Take, withOperand } from '../../index.ts';
import { attend } from '../attend.ts';
import { cleanLine } from '../clean.ts';
import { edited } from '../edited.ts';
import { openHere, planOf } from '../open.ts';
import { outcomeOf } from '../outcome.ts';
import { count } from '../progress/sentence.ts';
import type { Context, Outcome, Run } from '../verb.ts';
import { planData } from '../view/plan-data.ts';
import { leadingOn } from '../view/ways.ts';

export const run: Run = async context => {
  const take = await takeOf(context);
  const hunk = hunkOf(context);
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const attendance = attend(context, plan);
  try {
    await attendance.catchUp();
    let record = await plan.record();
    // One at a time: a resolution is settled, and may end the merge, before the next is looked at.
    for (const path of await pathsOf(context, plan)) {
      const what = take === 'edit' ? await edited(context, await plan.conflict(path)) : take;
      await plan.resolve(path, what, hunk);
      record = await attendance.settle();
    }
    if (record.state === 'conflicted' && isActor(take) && record.error !== null) throw Fault.revive(record.error);
    if (record.state === 'conflicted') return stillOpen(record);
    return await outcomeOf({ context, plan, record, attendance, aim: 'execute' });
  } finally {
    attendance.close();
  }
};

function stillOpen(record: PlanRecord): Outcome {
  const open = record.conflicts.map(({ path }) => path);
  return {
    data: { plan: planData(record), open, next: leadingOn(record) },
    text: `Resolved; ${count(open.length, 'conflict')} left: ${open.map(cleanLine).join(', ')}`,
  };
}

async function pathsOf({ given }: Context, plan: Plan): Promise<string[]> {
  const path = given.text('path');
  if (path !== undefined && !given.has('all')) return [path];
  if (path === undefined && given.has('all')) {
    return (await plan.conflicts()).filter(({ resolution }) => resolution === null).map(conflict => conflict.path);
  }
  throw new Fault('USAGE', 'Say which conflict: one path, or --all', { hints: ['troupe plan conflicts'] });
}

/** The same path settled in one way each, for the plan that was named. */
function waysOf({ given }: Pick<Context, 'given'>, ...flags: string[]): string[] {
  const [path, plan] = [given.text('path'), given.text('plan')];
  const which = plan === undefined ? '' : ` --plan ${shellWord(plan)}`;
  const settled =
    path === undefined ? [] : flags.map(flag => withOperand('troupe plan resolve', path, `${flag}${which}`));
  return [...settled, 'troupe plan conflicts'];
}

/** What was asked for, but for `--edit`: exactly one way. */
async function takeOf(context: Context): Promise<Take | 'edit'> {
  const { given, globals } = context;
  const side = given.text('take');
  const file = given.text('with');
  const actor = given.text('actor');
  const asked = [side, file, actor].filter(each => each !== undefined).length + Number(given.has('edit'));
  if (asked !== 1)
    throw new Fault('USAGE', 'Say what to take, in one way: a side, a file, --edit or --actor', {
      hints: waysOf(context, '--take ours', '--take theirs'),
    });
  if (given.has('edit')) return 'edit';
  if (actor !== undefined) return { actor };
  if (file === undefined) return side as Take;
  const path = resolve(globals.directory, file);
  const content = await readFile(path).catch(cause => {
    throw new Fault('FILE_NOT_FOUND', 'This file cannot be read', { where: path, hints: ['ls'], cause });
  });
  return { content };
}

function isActor(take: Take | 'edit'): boolean {
  return typeof take === 'object' && 'actor' in take;
}

function hunkOf(context: Context): { hunk?: number } {
  const { given } = context;
  const hunk = given.text('hunk');
  if (hunk === undefined) return {};
  if (/^[1-9]\d*$/.test(hunk) && !given.has('all') && !given.has('edit')) return { hunk: Number(hunk) };
  throw new Fault('USAGE', '--hunk is the number of one hunk of one path, and is not edited alone', {
    hints: waysOf(context, '--hunk 1 --take both').toReversed(),
  });
}
