import { correctionRow } from '../../../presentation/correction.ts';
import { toSnakeCaseKeys } from '../../../presentation/snake-case.ts';
import type { RunCommand } from '../../command.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const corrections = await plan.corrections();
  const now = context.io.now();
  return {
    data: { plan_id: plan.id, corrections: corrections.map(each => toSnakeCaseKeys(each)) },
    text:
      corrections.length === 0
        ? 'Nothing was corrected'
        : corrections.map(each => correctionRow(each, context.paint, now)).join('\n'),
  };
};
