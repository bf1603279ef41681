import { standing } from '../../cli/view/standing.ts';
import { Fault, type PlanRecord } from '../../index.ts';

/** Why something cannot be done with a plan where it stands. */
export function guard(record: PlanRecord, why: string): Fault {
  return new Fault('PHASE_GUARD', `It is ${standing(record)}: ${why}`, { where: `plan ${record.planId}` });
}
