import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault, type Plan, type PlanRecord } from '../../index.ts';
import { attend } from '../attend.ts';
import { cleanLine } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import { outcomeOf } from '../outcome.ts';
import { count } from '../progress/sentence.ts';
import type { Context, Outcome, Run } from '../verb.ts';
import { planData } from '../view/plan-data.ts';
import { leadingOn } from '../view/ways.ts';

type Take = Parameters<Plan['resolve']>[1];

export const run: Run = async context => {
  const take = await takeOf(context);
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const attendance = attend(context, plan);
  try {
    await attendance.catchUp();
    let record = await plan.record();
    // One at a time: a resolution is settled, and may end the merge, before the next is looked at.
    for (const path of await pathsOf(context, plan)) {
      await plan.resolve(path, take);
      record = await attendance.settle();
    }
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

async function takeOf({ given, globals }: Context): Promise<Take> {
  const side = given.text('take');
  const file = given.text('with');
  if (file !== undefined && side === undefined) {
    const path = resolve(globals.directory, file);
    const content = await readFile(path).catch(cause => {
      throw new Fault('FILE_NOT_FOUND', 'This file cannot be read', { where: path, hints: ['ls'], cause });
    });
    return { content };
  }
  if (file === undefined && (side === 'ours' || side === 'theirs' || side === 'base')) return side;
  throw new Fault('USAGE', 'Say what to take: a side or the content of a file', {
    hints: ['troupe plan resolve PATH --take ours|theirs|base', 'troupe plan resolve PATH --with FILE'],
  });
}
