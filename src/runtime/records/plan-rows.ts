import type { Store } from '../../ports/store.ts';
import { keys } from './keys.ts';
import type { StoreRow } from './migrations.ts';

/** Yields every row of one plan as stored. */
export async function* readPlanRows(store: Store, planId: string): AsyncIterable<StoreRow> {
  for (const key of keys.singleRows(planId)) {
    const value = await store.get(key);
    if (value !== undefined) yield { key, value };
  }
  for (const prefix of keys.rowPrefixes(planId)) {
    for await (const [key, value] of store.entries(prefix)) yield { key, value };
  }
}
