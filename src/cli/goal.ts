import { commandHint, type PlanRecord, type SerializedError, TroupeError } from '../index.ts';
import { shortId } from '../presentation/hints.ts';
import { nextHints } from '../presentation/next-commands.ts';
import { stateReason } from '../presentation/plan-state.ts';
import { isInProgress } from '../presentation/progress-text.ts';

/** How far a command should advance a plan. */
export type Goal = 'strategize' | 'execute' | 'apply';

/**
 * Returns the error of a command that the system terminated before its goal; null when the goal is reached. The work of a plan ends
 * with this process unless it is attached to another one.
 */
export function terminatedError(
  record: PlanRecord,
  aim: Goal,
  { attached }: { attached: boolean },
): SerializedError | null {
  if (isGoalReached(record, aim)) return null;
  const isCut = isInProgress(record) && !attached;
  return new TroupeError('CANCELLED', 'Interrupted by SIGTERM; what was acknowledged is kept', {
    where: `plan ${shortId(record.planId)}`,
    hints: [...(isCut ? [commandHint('plan resume', { planId: record.planId })] : []), ...nextHints(record)],
  }).toJSON();
}

/** Returns what prevents a plan from reaching the goal of a command, as an error with its exit code; null when nothing does. */
export function goalError(record: PlanRecord, aim: Goal): SerializedError | null {
  if (isGoalReached(record, aim)) return null;
  const hints = nextHints(record);
  const where = `plan ${shortId(record.planId)}`;
  if (record.state === 'conflicted') {
    return new TroupeError('MERGE_CONFLICT', conflictText(record), { where, hints }).toJSON();
  }
  if (record.state === 'cancelled') {
    return new TroupeError('CANCELLED', `The plan was cancelled: ${record.cancelReason ?? 'no reason given'}`, {
      where,
      hints: [commandHint('plan list', { options: { all: true } })],
    }).toJSON();
  }
  if (record.error === null) return null;
  return {
    ...record.error,
    where: record.error.where ?? where,
    hints: record.error.hints.length > 0 ? record.error.hints : hints,
  };
}

/** Results of attempts do not conflict: one of them is chosen. */
function conflictText(record: PlanRecord): string {
  if (record.conflicts[0]?.attempts !== undefined) return stateReason(record);
  return `The subplans' results conflict in ${record.conflicts.map(({ path }) => path).join(', ')}`;
}

/** Returns whether the plan has reached the goal of the command. */
export function isGoalReached({ phase, state, error }: PlanRecord, aim: Goal): boolean {
  if (state === 'applied') return true;
  if (aim === 'strategize') return phase === 'strategize' && state === 'complete' && error === null;
  return aim === 'execute' && phase === 'execute' && state === 'complete' && error === null;
}
