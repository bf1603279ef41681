import type { PlanEvent } from '../../model/event.ts';
import type { Store } from '../../ports/store.ts';
import { toEventRows } from '../records/event-rows.ts';
import { keys } from '../records/keys.ts';
import type { StoreRow } from '../records/migrations.ts';

/**
 * Returns the rows that a plan's journal implies, except its record and the reason of a cancellation: the journal has
 * only the initial record, and not who cancelled.
 */
export async function expectedRows(store: Store, planId: string): Promise<Map<string, unknown>> {
  const rows = new Map<string, unknown>();
  for await (const { value } of journalRows(store, planId)) {
    for (const operation of toEventRows(value as PlanEvent, 'plan')) {
      if (operation.key.startsWith(keys.plans) || operation.key.startsWith(keys.cancelReasons)) continue;
      if (operation.type === 'put') rows.set(operation.key, operation.value);
      else rows.delete(operation.key);
    }
  }
  return rows;
}

export async function* journalRows(store: Store, planId: string): AsyncIterable<StoreRow> {
  for await (const [key, value] of store.entries(keys.journal(planId))) yield { key, value };
}

/** Returns the plans that have a record or a journal. */
export async function listPlanIds(store: Store): Promise<string[]> {
  const ids = new Set<string>();
  for await (const [key] of store.entries(keys.plans)) ids.add(key.slice(keys.plans.length));
  for await (const [key] of store.entries(keys.journals)) ids.add(key.split('/')[1] ?? '');
  return [...ids].sort();
}
