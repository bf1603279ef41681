import { TroupeError } from '../model/errors.ts';
import type { Store } from '../ports/store.ts';
import { linkParents } from './actor-tree.ts';
import { prefix } from './keys.ts';
import { isNewStore, readStoredState, verifyStoredState } from './stored-state.ts';

/** Reads the system ids of a store's actors as of the last commit, without starting the actors. */
export async function readSystemIds(store: Store, state: 'active' | 'passivated' = 'active'): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const [, row] of store.entries(state === 'active' ? prefix.actor : prefix.passivated)) {
    const { systemId } = row as { systemId?: string };
    if (systemId !== undefined) ids.add(systemId);
  }
  return ids;
}

/** Describes what is inconsistent in the runtime's rows; null when nothing is. @throws {TroupeError} STORE_FORMAT */
export async function findActorDamage(store: Store): Promise<string | null> {
  const stored = await readStoredState(store);
  if (isNewStore(stored)) return null;
  try {
    verifyStoredState(stored);
  } catch (thrown) {
    if (TroupeError.is(thrown) && thrown.code === 'STORE_DAMAGED') return thrown.message;
    throw thrown;
  }
  const { roots, orphans } = linkParents(stored.actors);
  if (roots.length === 1 && orphans.length === 0) return null;
  return `The store lost data: it holds ${roots.length} roots and ${orphans.length} actors without their parent.`;
}
