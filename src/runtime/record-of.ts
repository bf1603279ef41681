import { Fault } from '../model/fault.ts';
import type { PlanRecord } from '../model/plan.ts';
import type { PlanLedger } from './ledger.ts';

/** @throws {Fault} UNKNOWN_PLAN */
export async function recordOf(host: { ledger: Pick<PlanLedger, 'record'> }, planId: string): Promise<PlanRecord> {
  const record = await host.ledger.record(planId);
  if (!record)
    throw new Fault('UNKNOWN_PLAN', `There is no plan ${planId}`, { where: planId, hints: ['troupe plan list --all'] });
  return record;
}
