import { resolve } from 'node:path';
import { openHere } from '../open.ts';
import { count } from '../progress/sentence.ts';
import type { Run } from '../verb.ts';
import { shortId } from '../view/ways.ts';

export const run: Run = async context => {
  const { given, globals, paint } = context;
  const file = resolve(globals.directory, given.text('file') ?? '');
  await using opened = await openHere(context);
  const { planId, planIds, rows, files } = await opened.troupe.import(file);
  return {
    data: { plan_id: planId, plan_ids: planIds, rows, files },
    text: [
      `imported ${count(planIds.length, 'plan')}, ${count(rows, 'record')}, ${files ? 'with' : 'without'} files`,
      `  next: ${paint.cyan(`troupe plan explain ${shortId(planId)}`)}   # its decisions`,
    ].join('\n'),
  };
};
