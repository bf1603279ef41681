import type { PlanEvent } from '../../model/event.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { rowsOfNewPlan, toEventRows } from '../records/event-rows.ts';
import { keys } from '../records/keys.ts';
import type { StoreRow } from '../records/migrations.ts';

/**
 * Returns the rows that a plan's journal implies, except its record and the reason of a cancellation: the journal has
 * only the initial record, and not who cancelled.
 */
export async function expectedRows(store: Store, planId: string): Promise<Map<string, unknown>> {
  const rows = new Map<string, unknown>();
  for await (const { value } of journalRows(store, planId)) {
    for (const operation of impliedRows(value as PlanEvent)) {
      if (operation.type === 'put') rows.set(operation.key, operation.value);
      else rows.delete(operation.key);
    }
  }
  return rows;
}

/** Collects the keys of the rows that the events of one journal imply, except those of the journal itself. */
export function createExpectedKeys(): { add(event: PlanEvent): void; found: Set<string> } {
  const found = new Set<string>();
  return {
    found,
    add(event) {
      for (const { type, key } of impliedRows(event)) {
        if (type === 'del') found.delete(key);
        else if (!key.startsWith(keys.journals)) found.add(key);
      }
    },
  };
}

function impliedRows(event: PlanEvent): Operation[] {
  // The record of a new plan takes the most time to make, and is left out anyway.
  if (event.type === 'plan.created') return rowsOfNewPlan(event.spec);
  return toEventRows(event, 'plan').filter(({ key }) => !key.startsWith(keys.cancelReasons));
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
