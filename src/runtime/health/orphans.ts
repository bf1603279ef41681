import { readSystemIds } from '../../durable/check-store.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { Store } from '../../ports/store.ts';
import { openLedger } from '../records/ledger.ts';
import { unfinishedRecords } from '../records/unfinished-records.ts';

/** Returns unfinished root plans without an actor, active or passivated. */
export async function findOrphanedPlans(store: Store): Promise<PlanRecord[]> {
  const actors = new Set([...(await readSystemIds(store)), ...(await readSystemIds(store, 'passivated'))]);
  const records = await unfinishedRecords(openLedger(store), { children: false });
  return records.filter(({ planId }) => !actors.has(`plan:${planId}`));
}
