import { resolve } from 'node:path';
import { shortId } from '../../presentation/hints.ts';
import { pluralize } from '../../presentation/units.ts';
import type { RunCommand } from '../command.ts';
import { openProject } from '../project/open-project.ts';
import { requiredArgument } from '../required-argument.ts';

export const run: RunCommand = async context => {
  const { args, globals, paint } = context;
  const file = resolve(globals.directory, requiredArgument(args, 'file'));
  await using opened = await openProject(context);
  const { planId, planIds, rows, files } = await opened.troupe.import(file);
  return {
    data: { plan_id: planId, plan_ids: planIds, rows, files },
    text: [
      `imported ${pluralize(planIds.length, 'plan')}, ${pluralize(rows, 'record')}, ${files ? 'with' : 'without'} files`,
      `  next: ${paint.cyan(`troupe plan explain ${shortId(planId)}`)}   # its decisions`,
    ].join('\n'),
  };
};
