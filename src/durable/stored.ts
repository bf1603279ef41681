import type { Store } from '../ports/store.ts';
import { prefix } from './keys.ts';

/** System ids of the actors that a store has awake, read without raising them; as of the last commit. */
export async function systemIdsIn(store: Store): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const [, row] of store.entries(prefix.actor)) {
    const { systemId } = row as { systemId?: string };
    if (systemId !== undefined) found.add(systemId);
  }
  return found;
}
