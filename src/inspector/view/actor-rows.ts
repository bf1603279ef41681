import type { ActorRecord } from '../state/actor-record.ts';
import type { InspectorStore } from '../state/store.ts';

export interface ActorTreeRow {
  uid: string;
  depth: number;
  isOpen: boolean;
  /** Number of actors below it, collapsed or not. */
  inside: number;
}

export interface ActorRowOptions {
  /** Expanded or collapsed by hand; others are expanded while there are few actors. */
  open: ReadonlyMap<string, boolean>;
  filter: string;
  /** Include stopped actors. */
  gone: boolean;
}

/** A larger tree starts collapsed. */
export const unfoldedMax = 500;

/** The tree of actors as rows of a list; with a filter, the matching ones and their ancestors. */
export function actorRows(store: InspectorStore, { open, filter, gone }: ActorRowOptions): ActorTreeRow[] {
  const wanted = filter === '' ? null : matchingActors(store, filter.toLowerCase());
  const folded = store.actors.size > unfoldedMax;
  const rows: ActorTreeRow[] = [];
  const show = (actor: ActorRecord, depth: number) => {
    if (!(gone || actor.stoppedAs === null) || (wanted !== null && !wanted.has(actor.uid))) return;
    const children = actor.children.flatMap(uid => store.actors.get(uid) ?? []);
    const shown = gone ? children : children.filter(child => child.stoppedAs === null);
    const isOpen = wanted !== null || (open.get(actor.uid) ?? (!folded || depth === 0));
    rows.push({ uid: actor.uid, depth, isOpen, inside: shown.length });
    if (isOpen) for (const child of children) show(child, depth + 1);
  };
  for (const actor of store.actors.values()) {
    if (actor.parent === null || !store.actors.has(actor.parent)) show(actor, 0);
  }
  return rows;
}

function matchingActors({ actors }: InspectorStore, filter: string): Set<string> {
  const found = new Set<string>();
  for (const actor of actors.values()) {
    const text = `${actor.id} ${actor.src ?? ''} ${actor.systemId ?? ''} ${JSON.stringify(actor.now.value)}`;
    if (!text.toLowerCase().includes(filter)) continue;
    for (let at: ActorRecord | undefined = actor; at !== undefined && !found.has(at.uid); ) {
      found.add(at.uid);
      at = at.parent === null ? undefined : actors.get(at.parent);
    }
  }
  return found;
}
