import type { Store } from '../ports/store.ts';
import { keys } from './keys.ts';
import type { Row } from './records.ts';

/** Every row of one plan as it is in the store. */
export async function* rowsOfPlan(store: Store, planId: string): AsyncIterable<Row> {
  for (const key of keys.rowsOne(planId)) {
    const value = await store.get(key);
    if (value !== undefined) yield { key, value };
  }
  for (const prefix of keys.rowsMany(planId)) {
    for await (const [key, value] of store.entries(prefix)) yield { key, value };
  }
}
