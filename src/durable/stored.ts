import { Fault } from '../model/fault.ts';
import type { Store } from '../ports/store.ts';
import { checkImage, isNew, readImage } from './image.ts';
import { prefix } from './keys.ts';
import { link } from './tree.ts';

/** System ids of the actors that a store has, read without raising them; as of the last commit. */
export async function systemIdsIn(store: Store, of: 'awake' | 'asleep' = 'awake'): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const [, row] of store.entries(of === 'awake' ? prefix.actor : prefix.sleeper)) {
    const { systemId } = row as { systemId?: string };
    if (systemId !== undefined) found.add(systemId);
  }
  return found;
}

/** What of the runtime's own rows does not hold together; null when they do. @throws {Fault} STORE_FORMAT */
export async function damageOfActors(store: Store): Promise<string | null> {
  const image = await readImage(store);
  if (isNew(image)) return null;
  try {
    checkImage(image);
  } catch (thrown) {
    if (Fault.is(thrown) && thrown.code === 'STORE_DAMAGED') return thrown.message;
    throw thrown;
  }
  const { roots, orphans } = link(image.branches);
  if (roots.length === 1 && orphans.length === 0) return null;
  return `The store lost data: it holds ${roots.length} roots and ${orphans.length} actors without their parent.`;
}
