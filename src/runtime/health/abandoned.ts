import { systemIdsIn } from '../../durable/stored.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { Store } from '../../ports/store.ts';
import { isEnded } from '../ended.ts';
import { ledgerOf } from '../ledger.ts';

/** Root plans that are not finished and that no actor speaks for any more, awake or asleep. */
export async function abandonedIn(store: Store): Promise<PlanRecord[]> {
  const actors = new Set([...(await systemIdsIn(store)), ...(await systemIdsIn(store, 'asleep'))]);
  const records = await ledgerOf(store).records();
  return records.filter(record => record.depth === 0 && !isEnded(record) && !actors.has(`plan:${record.planId}`));
}
