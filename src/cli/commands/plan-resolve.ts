import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault, type Plan } from '../../index.ts';
import { attend } from '../attend.ts';
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
    for (const path of await pathsOf(context, plan)) await plan.resolve(path, take);
    const left = (await plan.conflicts()).filter(({ resolution }) => resolution === null).map(({ path }) => path);
    if (left.length > 0) return await stillOpen(plan, left);
    return await outcomeOf({ context, plan, record: await attendance.settle(), attendance, aim: 'execute' });
  } finally {
    attendance.close();
  }
};

async function stillOpen(plan: Plan, paths: string[]): Promise<Outcome> {
  const record = await plan.record();
  const next = leadingOn(record);
  return {
    data: { plan: planData(record), open: paths, next },
    text: `Resolved; ${count(paths.length, 'conflict')} left: ${paths.join(', ')}`,
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
