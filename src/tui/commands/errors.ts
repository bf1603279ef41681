import { type PlanRecord, TroupeError } from '../../index.ts';
import { stateLabel } from '../../presentation/plan-state.ts';

/** Why something cannot be done with a plan where it stands. */
export function notAllowedError(record: PlanRecord, why: string): TroupeError {
  return new TroupeError('PHASE_GUARD', `It is ${stateLabel(record)}: ${why}`, { where: `plan ${record.planId}` });
}
