import { redactAll } from '../../model/redact.ts';
import type { Operation, StoreOpener } from '../../ports/store.ts';

const rowsAtOnce = 200;

/**
 * Redacts credentials in every row. Returns the number of changed rows and the kinds found.
 * @throws {TroupeError} STORE_LOCKED
 */
export async function redactStore(open: StoreOpener): Promise<{ rows: number; names: string[] }> {
  const store = await open();
  const names = new Set<string>();
  let rows = 0;
  let operations: Operation[] = [];
  const flush = async () => {
    if (operations.length > 0) await store.batch(operations);
    operations = [];
  };
  try {
    for await (const [key, value] of store.entries('')) {
      const found = new Set<string>();
      const clean = redactAll(value, found);
      if (found.size === 0) continue;
      for (const name of found) names.add(name);
      rows += 1;
      operations.push({ type: 'put', key, value: clean });
      if (operations.length >= rowsAtOnce) await flush();
    }
    await flush();
    return { rows, names: [...names].sort() };
  } finally {
    await store.close();
  }
}
