import type { PlanEvent } from '../../model/event.ts';
import type { Store } from '../../ports/store.ts';
import { keys } from '../keys.ts';
import type { Row } from '../records.ts';
import { rowsOf } from '../rows.ts';

/**
 * The rows that must be there because a plan's journal says so. Its record and why it was withdrawn are not among them:
 * of the one the journal knows the beginning only, of the other not who said it.
 */
export async function toldRows(store: Store, planId: string): Promise<Map<string, unknown>> {
  const told = new Map<string, unknown>();
  for await (const { value } of journalRows(store, planId)) {
    for (const operation of rowsOf(value as PlanEvent, 'plan')) {
      if (operation.key.startsWith(keys.plans) || operation.key.startsWith(keys.allWithdrawn)) continue;
      if (operation.type === 'put') told.set(operation.key, operation.value);
      else told.delete(operation.key);
    }
  }
  return told;
}

export async function* journalRows(store: Store, planId: string): AsyncIterable<Row> {
  for await (const [key, value] of store.entries(keys.journal(planId))) yield { key, value };
}

/** Plans that have a record or a journal. */
export async function planIdsIn(store: Store): Promise<string[]> {
  const found = new Set<string>();
  for await (const [key] of store.entries(keys.plans)) found.add(key.slice(keys.plans.length));
  for await (const [key] of store.entries(keys.journals)) found.add(key.split('/')[1] ?? '');
  return [...found].sort();
}
