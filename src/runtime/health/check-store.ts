import { findActorDamage } from '../../durable/check-store.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { StoreHealth } from '../../model/health.ts';
import type { Store, StoreOpener } from '../../ports/store.ts';
import { keys } from '../records/keys.ts';
import { createExpectedKeys } from './journal-rows.ts';
import { findOrphanedPlans } from './orphans.ts';

/**
 * Reads a whole store and checks its consistency: the runtime's rows by their counters, the plans' rows by their
 * journals. Changes nothing. Every row of a plan is read once, in the order of the keys; the keys are held in memory meanwhile.
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
  const { rows, present, expected, planIds } = await readRows(store);
  const damage: string[] = [];
  const actors = await findActorDamage(store);
  if (actors !== null) damage.push(actors);
  const eventsMissing = countMissingEvents(present);
  for (const planId of [...planIds].sort()) {
    if (!present.has(keys.plan(planId))) damage.push(`Plan ${planId} lost its record.`);
    const missing = [...(expected.get(planId) ?? [])].filter(key => !present.has(key)).length;
    if (missing > 0) damage.push(`Plan ${planId} lost ${missing} of the rows its journal speaks of.`);
    const events = eventsMissing.get(planId) ?? 0;
    if (events > 0) damage.push(`Plan ${planId} lost ${events} events of its journal.`);
  }
  for (const { planId } of await findOrphanedPlans(store)) {
    damage.push(`Plan ${planId} is unfinished and nothing works on it.`);
  }
  return { rows, plans: planIds.size, damage };
}

interface StoreRows {
  rows: number;
  present: Set<string>;
  /** The keys that the journal of each plan implies. */
  expected: Map<string, Set<string>>;
  /** Plans that have a record or a journal. */
  planIds: Set<string>;
}

async function readRows(store: Store): Promise<StoreRows> {
  const present = new Set<string>();
  const expected = new Map<string, Set<string>>();
  const planIds = new Set<string>();
  let current = { planId: '', keys: createExpectedKeys() };
  for await (const [key, value] of store.entries('')) {
    present.add(key);
    if (key.startsWith(keys.plans)) planIds.add(key.slice(keys.plans.length));
    if (!key.startsWith(keys.journals)) continue;
    const planId = key.split('/')[1] ?? '';
    planIds.add(planId);
    if (planId !== current.planId) current = { planId, keys: createExpectedKeys() };
    current.keys.add(value as PlanEvent);
    expected.set(planId, current.keys.found);
  }
  return { rows: present.size, present, expected, planIds };
}

/**
 * Counts missing events by plan. Decisions have the same position in the journal: a decision without an event shows a gap in
 * the journal.
 */
function countMissingEvents(present: ReadonlySet<string>): Map<string, number> {
  const missing = new Map<string, number>();
  for (const key of present) {
    if (!key.startsWith(keys.allDecisions)) continue;
    const [, planId = '', seq = ''] = key.split('/');
    if (!present.has(keys.event(planId, seq))) missing.set(planId, (missing.get(planId) ?? 0) + 1);
  }
  return missing;
}
