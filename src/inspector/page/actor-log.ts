import type { ActorRecord, LogEntry } from '../state/actor-record.ts';
import { eventLabel, formatClock } from '../view/format.ts';
import { actorName } from '../view/sequence.ts';
import { formatStateValue } from '../view/states.ts';
import { createButton, createElement, replaceChildren } from './dom.ts';
import type { PageSession } from './session.ts';
import { createVirtualList } from './virtual-list.ts';

/** Maximum number of listed events of one actor. */
const listedMax = 200;

interface ListedEntry {
  entry: LogEntry;
  /** Index in the actor's log. */
  index: number;
}

/** The events of one actor: you select the one whose state is shown, and the one it is compared with. */
export interface ActorLog {
  readonly element: HTMLElement;
  /** Index of the selected event; null is the current state. */
  readonly selected: number | null;
  /** Index of the event to compare with; null is the one before. */
  readonly compared: number | null;
  /** Lists the events of an actor; another actor than before starts at its current state. */
  show(actor: ActorRecord | null): void;
}

/** @param changed is called when another event was selected */
export function createActorLog(session: PageSession, changed: () => void): ActorLog {
  let shownActor: string | null = null;
  let selected: number | null = null;
  let compared: number | null = null;
  const list = createVirtualList<ListedEntry>({
    label: 'Events of this actor',
    height: 26,
    follows: true,
    keyOf: ({ index }) => String(index),
    draw({ entry, index }, row) {
      drawEntry(session, entry, row);
      row.classList.toggle('since', index === compared);
    },
    pick({ index }) {
      selected = index;
      changed();
    },
  });
  const tools = createElement(
    'div',
    { className: 'tools' },
    createElement('h3', {}, `Last ${listedMax} events`),
    createButton('Compare from here', () => {
      compared = selected;
      changed();
    }),
    createButton('Present', () => {
      selected = null;
      compared = null;
      changed();
    }),
  );
  return {
    element: createElement('div', { className: 'events' }, tools, list.element),
    get selected() {
      return selected;
    },
    get compared() {
      return compared;
    },
    show(actor) {
      if (actor === null) return list.show([], null);
      if (shownActor !== actor.uid) {
        shownActor = actor.uid;
        selected = null;
        compared = null;
      }
      const first = Math.max(0, actor.log.length - listedMax);
      const entries = actor.log.slice(first).map((entry, place) => ({ entry, index: first + place }));
      list.show(entries, selected === null ? null : String(selected));
    },
  };
}

function drawEntry({ store }: PageSession, entry: LogEntry, row: HTMLElement): void {
  const word = entry.type === 'received' ? eventLabel(entry.event.type) : (changeText(entry) ?? 'no change');
  const from =
    entry.type === 'received' ? `from ${entry.from === null ? 'outside' : actorName(store, entry.from)}` : '';
  row.classList.toggle('transitioned', entry.type === 'transitioned');
  replaceChildren(
    row,
    createElement('time', {}, formatClock(entry.at)),
    createElement('b', {}, `${entry.type === 'transitioned' ? '↳ ' : ''}${word}`),
    createElement('span', { className: 'from' }, from),
  );
}

function changeText(entry: LogEntry): string | null {
  if (entry.type !== 'transitioned') return null;
  const { value, status, set, unset } = entry.delta;
  const keys = [...Object.keys(set ?? {}), ...(unset ?? [])];
  const parts = [
    value === undefined ? '' : formatStateValue(value),
    status ?? '',
    keys.length === 0 ? '' : `{${keys.join(', ')}}`,
  ];
  return parts.filter(Boolean).join(' ') || null;
}
