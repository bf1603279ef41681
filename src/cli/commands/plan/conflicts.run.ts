import type { PlanRecord } from '../../../index.ts';
import type { Colors } from '../../../presentation/colors.ts';
import { formatConflict } from '../../../presentation/conflict.ts';
import { formatHint } from '../../../presentation/hints.ts';
import { nextHints, nextLines } from '../../../presentation/next-commands.ts';
import { stateReason } from '../../../presentation/plan-state.ts';
import { toSnakeCaseKeys } from '../../../presentation/snake-case.ts';
import type { RunCommand } from '../../command.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const conflicts = await plan.conflicts.texts();
  const record = await plan.record();
  const next = nextHints(record)
    .filter(hint => typeof hint === 'string' || hint.command !== 'plan conflicts')
    .map(formatHint);
  const { paint } = context;
  const lines = conflicts.flatMap(conflict => formatConflict(plan.id, conflict, paint));
  return {
    data: { plan_id: plan.id, conflicts: conflicts.map(conflict => toSnakeCaseKeys(conflict)), next },
    text: lines.length === 0 ? formatNone(record, paint) : [...lines, ...nextLines(next, paint)].join('\n'),
  };
};

/** A target that moved may conflict with the result, too: that is no conflict to resolve in the plan. */
function formatNone(record: PlanRecord, paint: Colors): string {
  if (record.error?.code !== 'BASE_MOVED') return 'No conflicts.';
  const ways = nextLines(record.error.hints.map(formatHint), paint);
  return ['No conflicts between subplans.', stateReason(record), ...ways].join('\n');
}
