import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { PlanLedger } from './ledger.ts';

/** @throws {TroupeError} UNKNOWN_PLAN */
export async function requireRecord(host: { ledger: Pick<PlanLedger, 'record'> }, planId: string): Promise<PlanRecord> {
  const record = await host.ledger.record(planId);
  if (!record)
    throw new TroupeError('UNKNOWN_PLAN', `There is no plan ${planId}`, {
      where: planId,
      hints: [commandHint('plan list', { options: { all: true } })],
    });
  return record;
}
