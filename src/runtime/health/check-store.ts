import { findActorDamage } from '../../durable/check-store.ts';
import type { StoreHealth } from '../../model/health.ts';
import type { Store, StoreOpener } from '../../ports/store.ts';
import { keys } from '../records/keys.ts';
import { expectedRows, listPlanIds } from './journal-rows.ts';
import { findOrphanedPlans } from './orphans.ts';

/**
 * Reads a whole store and checks its consistency: the runtime's rows by their counters, the plans' rows by their
 * journals. Changes nothing.
 * @throws {TroupeError} STORE_DAMAGED when it cannot be read; STORE_LOCKED, STORE_FORMAT
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
  const actors = await findActorDamage(store);
  if (actors !== null) damage.push(actors);
  const planIds = await listPlanIds(store);
  for (const planId of planIds) {
    if ((await store.get(keys.plan(planId))) === undefined) damage.push(`Plan ${planId} lost its record.`);
    const missing = await missingRows(store, planId);
    if (missing > 0) damage.push(`Plan ${planId} lost ${missing} of the rows its journal speaks of.`);
    const missingEvents = await decisionsMissingFromJournal(store, planId);
    if (missingEvents > 0) damage.push(`Plan ${planId} lost ${missingEvents} events of its journal.`);
  }
  for (const { planId } of await findOrphanedPlans(store)) {
    damage.push(`Plan ${planId} is unfinished and nothing works on it.`);
  }
  return { rows, plans: planIds.length, damage };
}

async function missingRows(store: Store, planId: string): Promise<number> {
  let missing = 0;
  for (const key of (await expectedRows(store, planId)).keys()) if ((await store.get(key)) === undefined) missing += 1;
  return missing;
}

/** Decisions have the same position in the journal: a decision without an event shows a gap in the journal. */
async function decisionsMissingFromJournal(store: Store, planId: string): Promise<number> {
  let missing = 0;
  for await (const [key] of store.entries(keys.decisions(planId))) {
    if ((await store.get(keys.event(planId, key.split('/')[2] ?? ''))) === undefined) missing += 1;
  }
  return missing;
}
