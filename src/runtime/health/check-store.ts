import { damageOfActors } from '../../durable/stored.ts';
import type { StoreHealth } from '../../model/health.ts';
import type { Store, StoreOpener } from '../../ports/store.ts';
import { keys } from '../keys.ts';
import { abandonedIn } from './abandoned.ts';
import { planIdsIn, toldRows } from './told-rows.ts';

/**
 * Reads all that a store holds and looks whether it holds together: the runtime's rows by their counters, the plans' by
 * their journals. Changes nothing.
 * @throws {Fault} STORE_DAMAGED where it cannot even be read; STORE_LOCKED, STORE_FORMAT
 */
export async function checkStore(open: StoreOpener): Promise<StoreHealth> {
  const store = await open();
  try {
    return await check(store);
  } finally {
    await store.close();
  }
}

async function check(store: Store): Promise<StoreHealth> {
  let rows = 0;
  for await (const _ of store.entries('')) rows += 1;
  const damage: string[] = [];
  const actors = await damageOfActors(store);
  if (actors !== null) damage.push(actors);
  const planIds = await planIdsIn(store);
  for (const planId of planIds) {
    if ((await store.get(keys.plan(planId))) === undefined) damage.push(`Plan ${planId} lost its record.`);
    const missing = await missingRows(store, planId);
    if (missing > 0) damage.push(`Plan ${planId} lost ${missing} of the rows its journal speaks of.`);
    const untold = await untoldDecisions(store, planId);
    if (untold > 0) damage.push(`Plan ${planId} lost ${untold} facts of its journal.`);
  }
  for (const { planId } of await abandonedIn(store)) {
    damage.push(`Plan ${planId} is unfinished and nothing works on it.`);
  }
  return { rows, plans: planIds.length, damage };
}

async function missingRows(store: Store, planId: string): Promise<number> {
  let missing = 0;
  for (const key of (await toldRows(store, planId)).keys()) if ((await store.get(key)) === undefined) missing += 1;
  return missing;
}

/** Decisions stand in the journal at the same place: one that does not shows that the journal has a hole. */
async function untoldDecisions(store: Store, planId: string): Promise<number> {
  let untold = 0;
  for await (const [key] of store.entries(keys.decisions(planId))) {
    if ((await store.get(keys.fact(planId, key.split('/')[2] ?? ''))) === undefined) untold += 1;
  }
  return untold;
}
