import type { InspectorStore } from '../state/store.ts';
import { escapeHtml } from '../view/escape-html.ts';
import { eventLabel, formatClock } from '../view/format.ts';
import { type MessageArrow, type MessageSequence, toMessageSequence } from '../view/sequence.ts';
import { createElement, replaceChildren } from './dom.ts';
import type { CreateView } from './view.ts';
import { createVirtualList } from './virtual-list.ts';

/** Messages kept in the list; older ones are only counted. */
const shownMax = 5_000;
const columnsMax = 14;
const size = { row: 30, time: 110, least: 76, most: 150 };

/** Messages between actors, one per row, with the actors' lifelines. */
export const createMessagesView: CreateView = session => {
  let sequence: MessageSequence = { columns: [], arrows: [], olderCount: 0 };
  let chosen: MessageArrow | null = null;
  let made = '';
  const keyOf = createMessageKeys();
  const head = createElement('div', { className: 'lives' });
  const side = createElement('aside', { className: 'side', tabIndex: 0, aria: { label: 'The chosen message' } });
  const filter = createMessageFilter(() => update());
  const rows = createVirtualList<MessageArrow>({
    label: 'Messages',
    height: size.row,
    follows: true,
    keyOf,
    draw: (arrow, row) => {
      row.innerHTML = rowHtml(arrow, sequence.columns.length, width());
    },
    pick(arrow) {
      chosen = arrow;
      update();
    },
  });
  rows.element.addEventListener('scroll', () => {
    head.style.transform = `translateX(${-rows.element.scrollLeft}px)`;
  });
  /** Width of a column: as wide as there is room for. */
  const width = () => {
    const room = (rows.element.clientWidth - size.time - 8) / Math.max(1, sequence.columns.length);
    return Math.round(Math.min(size.most, Math.max(size.least, room)));
  };
  const update = () => {
    const { store } = session;
    const options = filter.options(session.actor);
    const wanted = JSON.stringify([store.revision, options]);
    if (wanted !== made) {
      made = wanted;
      sequence = limitColumns(toMessageSequence(store, { ...options, max: shownMax }));
    }
    const { columns, arrows, olderCount } = sequence;
    main.style.setProperty('--column', `${width()}px`);
    main.style.setProperty('--row-width', `${size.time + columns.length * width()}px`);
    replaceChildren(
      head,
      ...columns.map(({ uid, name }) =>
        createElement('span', { title: name, className: uid === session.actor ? 'chosen' : '' }, name),
      ),
    );
    filter.showCount(arrows.length, olderCount);
    rows.show(arrows, chosen === null ? null : keyOf(chosen));
    drawMessage(side, chosen?.message ?? null, store);
  };
  const main = createElement(
    'div',
    { className: 'main' },
    filter.element,
    createElement('div', { className: 'lives-row' }, head),
    rows.element,
  );
  return {
    name: 'Messages',
    plans: false,
    element: createElement('div', { className: 'part messages split' }, main, side),
    update,
  };
};

/** Which messages are listed, and how many they are. */
function createMessageFilter(changed: () => void) {
  const count = createElement('span', { className: 'small' });
  const text = createElement('input', {
    type: 'search',
    className: 'filter',
    placeholder: 'Filter events',
    aria: { label: 'Filter events' },
    oninput: changed,
  });
  const own = createElement('input', { type: 'checkbox', onchange: changed });
  const about = createElement('input', { type: 'checkbox', onchange: changed });
  return {
    element: createElement(
      'div',
      { className: 'tools' },
      text,
      createElement('label', {}, own, ' what XState sends'),
      createElement('label', {}, about, ' only the chosen actor'),
      count,
    ),
    options: (actor: string | null) => ({
      about: about.checked ? actor : null,
      filter: text.value.trim(),
      own: own.checked,
    }),
    showCount(shown: number, older: number) {
      count.textContent = older > 0 ? `${shown} messages, ${older} not shown` : `${shown} messages`;
    },
  };
}

/** Numbers messages as they are first asked about: they have no id of their own. */
function createMessageKeys(): (arrow: MessageArrow) => string {
  const numbers = new WeakMap<object, number>();
  let count = 0;
  return ({ message }) => {
    const number = numbers.get(message) ?? count++;
    numbers.set(message, number);
    return String(number);
  };
}

function drawMessage(side: HTMLElement, message: MessageArrow['message'] | null, { actors }: InspectorStore): void {
  if (message === null) {
    replaceChildren(side, createElement('p', { className: 'calm' }, 'Choose a message to see what was in it.'));
    return;
  }
  const from = message.from === null ? 'outside' : (actors.get(message.from)?.id ?? message.from);
  const to = actors.get(message.uid)?.id ?? message.uid;
  replaceChildren(
    side,
    createElement('h2', {}, eventLabel(message.event.type)),
    createElement('p', { className: 'small' }, `${formatClock(message.at)} from ${from} to ${to}`),
    createElement('pre', {}, JSON.stringify(message.event, null, 2)),
  );
}

/** Only messages between the first few actors: more columns would be unreadable. */
function limitColumns({ columns, arrows, olderCount }: MessageSequence): MessageSequence {
  if (columns.length <= columnsMax) return { columns, arrows, olderCount };
  const counts = columns.map(() => 0);
  for (const { from, to } of arrows) {
    for (const index of new Set([from ?? to, to])) counts[index] = (counts[index] ?? 0) + 1;
  }
  const busiest = [...counts.keys()]
    .sort((left, right) => (counts[right] ?? 0) - (counts[left] ?? 0))
    .slice(0, columnsMax);
  const places = new Map(busiest.sort((left, right) => left - right).map((index, place) => [index, place]));
  const shown = arrows.flatMap(({ from, to, message }) => {
    const [start, end] = [from === null ? null : places.get(from), places.get(to)];
    return start === undefined || end === undefined ? [] : [{ from: start, to: end, message }];
  });
  return {
    columns: busiest.flatMap(index => columns[index] ?? []),
    arrows: shown,
    olderCount: olderCount + arrows.length - shown.length,
  };
}

function rowHtml({ from, to, message }: MessageArrow, columns: number, width: number): string {
  const x = (column: number) => column * width + width / 2;
  const lives = Array.from(
    { length: columns },
    (_, column) => `<path class="life" d="M${x(column)} 0 V${size.row}"/>`,
  ).join('');
  const [start, end] = [from === null ? x(to) - 0.45 * width : x(from), x(to)];
  const isSelf = from === to;
  const way = isSelf ? `M${end} 12 h26 v10 h-22` : `M${start} 20 H${end + (end > start ? -4 : 4)}`;
  const tip = isSelf || end < start ? `M${end} ${isSelf ? 22 : 20} l7 -3.5 v7 z` : `M${end} 20 l-7 -3.5 v7 z`;
  const middle = isSelf ? end + 32 : (start + end) / 2;
  const anchor = isSelf ? 'start' : 'middle';
  const word = escapeHtml(eventLabel(message.event.type));
  const y = isSelf ? 21 : 15;
  return `<time>${formatClock(message.at)}</time><svg width="${columns * width}" height="${size.row}" aria-hidden="true">${lives}<path class="way" d="${way}"/><path class="tip" d="${tip}"/><text x="${middle}" y="${y}" text-anchor="${anchor}">${word}</text></svg><span class="spoken">${word}</span>`;
}
