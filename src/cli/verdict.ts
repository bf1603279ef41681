import { Fault, type PlanRecord, type StoredFault } from '../index.ts';
import { leadingOn, shortId } from './view/ways.ts';

/** How far a command meant to bring a plan. */
export type Aim = 'strategize' | 'execute' | 'apply';

/** What a command says that the system ended before its plan was where it was meant to be; null when it is there. */
export function terminated(record: PlanRecord, aim: Aim): StoredFault | null {
  if (reached(record, aim)) return null;
  return new Fault('CANCELLED', 'Interrupted by SIGTERM; what was acknowledged is kept', {
    where: `plan ${shortId(record.planId)}`,
    hints: leadingOn(record),
  }).toJSON();
}

/** What keeps a plan from where a command meant to bring it, as a fault with its exit code; null when nothing does. */
export function obstacle(record: PlanRecord, aim: Aim): StoredFault | null {
  if (reached(record, aim)) return null;
  const hints = leadingOn(record);
  const where = `plan ${shortId(record.planId)}`;
  if (record.state === 'conflicted') {
    const paths = record.conflicts.map(({ path }) => path).join(', ');
    return new Fault('MERGE_CONFLICT', `The subplans' results conflict in ${paths}`, { where, hints }).toJSON();
  }
  if (record.state === 'cancelled') {
    return new Fault('CANCELLED', `The plan was cancelled: ${record.cancelReason ?? 'no reason given'}`, {
      where,
      hints: ['troupe plan list --all'],
    }).toJSON();
  }
  if (record.error === null) return null;
  return {
    ...record.error,
    where: record.error.where ?? where,
    hints: record.error.hints.length > 0 ? record.error.hints : hints,
  };
}

/** Whether the plan is where the command meant to bring it. */
export function reached({ phase, state, error }: PlanRecord, aim: Aim): boolean {
  if (state === 'applied') return true;
  if (aim === 'strategize') return phase === 'strategize' && state === 'complete' && error === null;
  return aim === 'execute' && phase === 'execute' && state === 'complete' && error === null;
}
