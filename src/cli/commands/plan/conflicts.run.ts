import { formatConflict } from '../../../presentation/conflict.ts';
import { nextCommands } from '../../../presentation/next-commands.ts';
import { toSnakeCaseKeys } from '../../../presentation/snake-case.ts';
import type { RunCommand } from '../../command.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const known = await plan.conflicts.list();
  const conflicts = await Promise.all(known.map(({ conflictId }) => plan.conflicts.get(conflictId)));
  const next = nextCommands(await plan.record());
  const { paint } = context;
  const lines = conflicts.flatMap(conflict => formatConflict(conflict, paint));
  return {
    data: { plan_id: plan.id, conflicts: conflicts.map(({ content: _, ...rest }) => toSnakeCaseKeys(rest)), next },
    text:
      lines.length === 0
        ? 'No conflicts.'
        : [...lines, ...next.slice(0, 1).map(way => `  next: ${paint.cyan(way)}`)].join('\n'),
  };
};
