/**
 * Repairs a store that lost rows, as far as possible. First the runtime's rows (src/durable/repair.ts), then those of
 * plans: rows that the journal implies are restored, a record is rebuilt from what is known, and a plan whose actors
 * are gone is marked as ended. It can still be viewed and exported, and its checkpoints can be used.
 */
import { eraseActors, repairStore } from '../../durable/repair.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { StoreRepairReport } from '../../model/health.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { Operation, Store, StoreOpener } from '../../ports/store.ts';
import { isTerminal } from '../plans/plan-status.ts';
import { keys } from '../records/keys.ts';
import { openLedger } from '../records/ledger.ts';
import { putRecord, recordFromSpec } from '../records/plan-record.ts';
import { readPlanRows } from '../records/plan-rows.ts';
import { expectedRows, journalRows, listPlanIds } from './journal-rows.ts';
import { findOrphanedPlans } from './orphans.ts';

const actorsLost = 'what it was doing was lost with a part of the store';

/** Repairs the rows of the runtime and of plans in a closed store. @throws {TroupeError} STORE_LOCKED, STORE_FORMAT */
export async function repairPlanStore(open: StoreOpener): Promise<StoreRepairReport> {
  const store = await open();
  try {
    const lost: string[] = [];
    const kept = await repairActors(store, lost);
    let restored = 0;
    for (const planId of await listPlanIds(store)) restored += await repairRows(store, planId, lost);
    await endOrphanedPlans(store, lost);
    return { intact: kept, restored, lost };
  } finally {
    await store.close();
  }
}

async function repairActors(store: Store, lost: string[]): Promise<number> {
  try {
    const { intact, dropped, commitsMissing } = await repairStore(store);
    if (dropped.length > 0) lost.push(`${dropped.length} actors that had lost their parent or their identity.`);
    if (commitsMissing > 0) lost.push(`What ${commitsMissing} of the last commits had written.`);
    return intact;
  } catch (thrown) {
    TroupeError.assert(thrown, 'STORE_DAMAGED');
    await eraseActors(store);
    lost.push('The root of all actors, and with it whatever was at work.');
    return 0;
  }
}

async function repairRows(store: Store, planId: string, lost: string[]): Promise<number> {
  const operations: Operation[] = [];
  for (const [key, value] of await expectedRows(store, planId)) {
    if ((await store.get(key)) === undefined) operations.push({ type: 'put', key, value });
  }
  if ((await store.get(keys.plan(planId))) === undefined) {
    const record = await recordFromJournal(store, planId);
    if (record !== null) operations.push(putRecord(record));
    else {
      lost.push(`Plan ${planId}: its record and its beginning; what was left of it is removed.`);
      operations.length = 0;
      for await (const { key } of readPlanRows(store, planId)) operations.push({ type: 'del', key });
      await store.batch(operations);
      return 0;
    }
  }
  if (operations.length > 0) await store.batch(operations);
  return operations.length;
}

/** Returns the plan as created, with its last position. */
async function recordFromJournal(store: Store, planId: string): Promise<PlanRecord | null> {
  let record: PlanRecord | null = null;
  for await (const { value } of journalRows(store, planId)) {
    const event = value as PlanEvent;
    if (event.type === 'plan.created') record = recordFromSpec(event.spec, event.at);
    if (event.type === 'plan.phase_changed' && record !== null)
      record = { ...record, ...event.to, updatedAt: event.at };
  }
  return record;
}

/** Marks plans without actors as ended, with all their subplans. */
async function endOrphanedPlans(store: Store, lost: string[]): Promise<void> {
  const records = await openLedger(store).records();
  for (const { planId, description } of await findOrphanedPlans(store)) {
    const family = records.filter(record => record.rootPlanId === planId && !isTerminal(record));
    await store.batch(
      family.map(member => ({ type: 'put', key: keys.cancelReason(member.planId), value: actorsLost })),
    );
    lost.push(`Plan ${planId} ("${description}"): what it was doing; its history and files are kept.`);
  }
}
