import { readSystemIds } from '../../durable/check-store.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { Store } from '../../ports/store.ts';
import { isTerminal } from '../plans/plan-status.ts';
import { openLedger } from '../records/ledger.ts';

/** Returns unfinished root plans without an actor, active or passivated. */
export async function findOrphanedPlans(store: Store): Promise<PlanRecord[]> {
  const actors = new Set([...(await readSystemIds(store)), ...(await readSystemIds(store, 'passivated'))]);
  const ledger = openLedger(store);
  const records = await Promise.all((await ledger.unfinishedRoots()).map(ledger.record));
  return records
    .filter(record => record !== undefined)
    .filter(record => !isTerminal(record) && !actors.has(`plan:${record.planId}`));
}
