import { type PlanRecord, TroupeError } from '../../index.ts';
import { stateLabel } from '../../presentation/plan-state.ts';

/** Returns the error for a command that the plan's state does not allow. */
export function notAllowedError(record: PlanRecord, why: string): TroupeError {
  return new TroupeError('PHASE_GUARD', `It is ${stateLabel(record)}: ${why}`, { where: `plan ${record.planId}` });
}
