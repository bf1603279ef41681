/**
 * Mends what can be mended of a store that lost rows. First the runtime's own (src/durable/repair.ts), then what plans
 * keep: rows that the journal speaks of are made again, a record is put together from what is known, and a plan whose
 * actors are gone is said to have ended. What is left of it can be looked at, exported, and its checkpoints used.
 */
import { eraseActors, repairStore } from '../../durable/repair.ts';
import type { PlanEvent } from '../../model/event.ts';
import { Fault } from '../../model/fault.ts';
import type { MendReport } from '../../model/health.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { Operation, Store, StoreOpener } from '../../ports/store.ts';
import { isEnded } from '../ended.ts';
import { keys } from '../keys.ts';
import { ledgerOf } from '../ledger.ts';
import { recordOfSpec, recordRow } from '../record.ts';
import { rowsOfPlan } from '../rows-of-plan.ts';
import { abandonedIn } from './abandoned.ts';
import { journalRows, planIdsIn, toldRows } from './told-rows.ts';

const actorsLost = 'what it was doing was lost with a part of the store';

export async function mendStore(open: StoreOpener): Promise<MendReport> {
  const store = await open();
  try {
    const lost: string[] = [];
    const kept = await mendActors(store, lost);
    let restored = 0;
    for (const planId of await planIdsIn(store)) restored += await mendRows(store, planId, lost);
    await endAbandoned(store, lost);
    return { kept, restored, lost };
  } finally {
    await store.close();
  }
}

async function mendActors(store: Store, lost: string[]): Promise<number> {
  try {
    const { kept, dropped, commitsMissing } = await repairStore(store);
    if (dropped.length > 0) lost.push(`${dropped.length} actors that had lost their parent or their identity.`);
    if (commitsMissing > 0) lost.push(`What ${commitsMissing} of the last commits had written.`);
    return kept;
  } catch (thrown) {
    if (!Fault.is(thrown) || thrown.code !== 'STORE_DAMAGED') throw thrown;
    await eraseActors(store);
    lost.push('The root of all actors, and with it whatever was at work.');
    return 0;
  }
}

async function mendRows(store: Store, planId: string, lost: string[]): Promise<number> {
  const operations: Operation[] = [];
  for (const [key, value] of await toldRows(store, planId)) {
    if ((await store.get(key)) === undefined) operations.push({ type: 'put', key, value });
  }
  if ((await store.get(keys.plan(planId))) === undefined) {
    const record = await recordFromJournal(store, planId);
    if (record !== null) operations.push(recordRow(record));
    else {
      lost.push(`Plan ${planId}: its record and its beginning; what was left of it is removed.`);
      operations.length = 0;
      for await (const { key } of rowsOfPlan(store, planId)) operations.push({ type: 'del', key });
      await store.batch(operations);
      return 0;
    }
  }
  if (operations.length > 0) await store.batch(operations);
  return operations.length;
}

/** As the plan was made, at the place it came to last. */
async function recordFromJournal(store: Store, planId: string): Promise<PlanRecord | null> {
  let record: PlanRecord | null = null;
  for await (const { value } of journalRows(store, planId)) {
    const fact = value as PlanEvent;
    if (fact.type === 'plan.created') record = recordOfSpec(fact.spec, fact.at);
    if (fact.type === 'plan.phase_changed' && record !== null) record = { ...record, ...fact.to, updatedAt: fact.at };
  }
  return record;
}

/** Plans that nothing works on any more have ended, with all below them. */
async function endAbandoned(store: Store, lost: string[]): Promise<void> {
  const records = await ledgerOf(store).records();
  for (const { planId, description } of await abandonedIn(store)) {
    const family = records.filter(record => record.rootPlanId === planId && !isEnded(record));
    await store.batch(family.map(member => ({ type: 'put', key: keys.withdrawn(member.planId), value: actorsLost })));
    lost.push(`Plan ${planId} ("${description}"): what it was doing; its history and files are kept.`);
  }
}
