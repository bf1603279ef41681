/** Tells a viewer of the standard protocol what the book is told. */
import { createInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import type { Book } from '../book/book.ts';
import type { Item, Stand } from '../book/item.ts';
import { stepped } from '../book/stand.ts';
import { definitionOf } from './definition.ts';

type Ref = Parameters<ReturnType<typeof createInspector>['actor']>[0];

/** @returns what is to be called with items, in order */
export function sending(book: Book, send: (event: StatelyInspectionEvent) => void): (items: readonly Item[]) => void {
  const inspector = createInspector({ send });
  const stands = new Map<string, Stand>();
  let queue: Item[] = [];
  /** An actor is told with its definition, and so not before its chart is drawn; what follows waits in line. */
  const isReady = (item: Item) => item.type !== 'born' || item.chart === null || book.charts.has(item.chart);
  const tell = (item: Item) => {
    switch (item.type) {
      case 'born': {
        const picture = item.chart === null ? undefined : book.charts.get(item.chart);
        const config = picture === undefined ? { id: item.id } : { ...definitionOf(picture), id: item.id };
        const parent = item.parent === null ? undefined : { sessionId: item.parent };
        const ref: object = { sessionId: item.uid, id: item.id, logic: { config }, _parent: parent };
        stands.set(item.uid, item.stand);
        inspector.actor(ref as Ref, shown(item.stand));
        break;
      }
      case 'received':
        inspector.event(item.uid, item.event, item.from === null ? {} : { source: item.from });
        break;
      case 'moved': {
        const before = stands.get(item.uid);
        if (before === undefined) break;
        const now = stepped(before, item.step);
        stands.set(item.uid, now);
        inspector.snapshot(item.uid, shown(now));
        break;
      }
      case 'gone':
        stands.delete(item.uid);
        inspector.snapshot(item.uid, { status: item.why === 'ended' ? 'done' : 'stopped' });
        break;
    }
  };
  return items => {
    queue.push(...items);
    const held = queue.findIndex(item => !isReady(item));
    const ready = held === -1 ? queue : queue.slice(0, held);
    queue = held === -1 ? [] : queue.slice(held);
    for (const item of ready) tell(item);
  };
}

type Shown = NonNullable<Parameters<ReturnType<typeof createInspector>['snapshot']>[1]>;

function shown({
  value,
  status,
  context,
  output,
}: {
  value: unknown;
  status: string;
  context: unknown;
  output?: unknown;
}): Shown {
  const known = status === 'done' || status === 'error' || status === 'stopped' ? status : 'active';
  return { status: known, context, ...(value === null ? {} : { value }), ...(output === undefined ? {} : { output }) };
}
