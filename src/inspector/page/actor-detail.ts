import type { LogEntry } from '../state/actor-record.ts';
import { differences, stateAfter } from '../state/actor-state.ts';
import { transitionTexts } from '../view/chart-svg.ts';
import { eventLabel, formatClock, toOneLine } from '../view/format.ts';
import { actorName } from '../view/sequence.ts';
import { activeStates, allowedEvents, formatStateValue } from '../view/states.ts';
import { createChart } from './chart.ts';
import { createButton, createElement, replaceChildren } from './dom.ts';
import type { PageSession } from './session.ts';
import { VirtualList } from './virtual-list.ts';

/** Maximum number of listed events of one actor. */
const listedMax = 200;

interface ListedEntry {
  entry: LogEntry;
  /** Index in the actor's log. */
  index: number;
}

export function createActorDetail(session: PageSession): { element: HTMLElement; update(): void } {
  const { store } = session;
  const chart = createChart();
  const head = createElement('header', { className: 'actor-head' });
  const allowed = createElement('p', { className: 'allowed' });
  const changes = createElement('div', {
    className: 'changes',
    tabIndex: 0,
    role: 'region',
    aria: { label: 'What changed' },
  });
  let shownActor: string | null = null;
  /** The selected entry; null is the current state. */
  let at: number | null = null;
  let since: number | null = null;
  const list = new VirtualList<ListedEntry>({
    label: 'Events of this actor',
    height: 26,
    follows: true,
    keyOf: ({ index }) => String(index),
    draw({ entry, index }, row) {
      const word = entry.type === 'received' ? eventLabel(entry.event.type) : (changeText(entry) ?? 'no change');
      const from =
        entry.type === 'received' ? `from ${entry.from === null ? 'outside' : actorName(store, entry.from)}` : '';
      row.classList.toggle('transitioned', entry.type === 'transitioned');
      row.classList.toggle('since', index === since);
      replaceChildren(
        row,
        createElement('time', {}, formatClock(entry.at)),
        createElement('b', {}, `${entry.type === 'transitioned' ? '↳ ' : ''}${word}`),
        createElement('span', { className: 'from' }, from),
      );
    },
    pick({ index }) {
      at = index;
      update();
    },
  });
  const bar = createElement(
    'div',
    { className: 'tools' },
    createElement('h3', {}, `Last ${listedMax} events`),
    createButton('Compare from here', () => {
      since = at;
      update();
    }),
    createButton('Present', () => {
      at = null;
      since = null;
      update();
    }),
  );

  const update = () => {
    const actor = session.actor === null ? undefined : store.actors.get(session.actor);
    if (actor === undefined) {
      chart.show(null);
      replaceChildren(
        head,
        createElement('p', { className: 'calm' }, 'No actors are at work. They show here as soon as some are.'),
      );
      replaceChildren(allowed);
      replaceChildren(changes);
      list.show([], null);
      return;
    }
    if (shownActor !== actor.uid) {
      shownActor = actor.uid;
      at = null;
      since = null;
    }
    const index = at ?? actor.log.length - 1;
    const shown = stateAfter(actor, index);
    const picture = actor.chart === null ? null : (store.charts.get(actor.chart) ?? null);
    const active = picture === null ? new Set<string>() : activeStates(picture, shown.value);
    chart.show(picture === null ? null : { picture, active, key: actor.uid });
    const state = shown.value === null ? shown.status : formatStateValue(shown.value);
    replaceChildren(
      head,
      createElement('h2', {}, actorName(store, actor.uid)),
      createElement(
        'p',
        { className: 'path' },
        createElement('b', {}, state),
        at === null ? '' : ` at ${formatClock(actor.log[index]?.at ?? 0)}`,
      ),
      createElement(
        'p',
        { className: 'small' },
        [actor.src, actor.systemId, shown.status, actor.stoppedAs].filter(Boolean).join(' · '),
      ),
    );
    if (picture !== null) drawAllowed(allowed, picture, active);
    else
      replaceChildren(
        allowed,
        actor.chart === null ? 'It has no chart: it is an effect.' : 'Its chart is being drawn.',
      );
    const first = Math.max(0, actor.log.length - listedMax);
    list.show(
      actor.log.slice(first).map((entry, place) => ({ entry, index: first + place })),
      at === null ? null : String(at),
    );
    const before = since !== null && since < index ? since : index - 1;
    drawChanges(changes, {
      title:
        since !== null && since < index
          ? `From ${formatClock(actor.log[since]?.at ?? 0)} to ${formatClock(actor.log[index]?.at ?? 0)}`
          : 'In this step',
      before: stateAfter(actor, before),
      after: shown,
      event: actor.log[index],
      whole: at === null && since === null,
    });
  };
  const below = createElement(
    'div',
    { className: 'below' },
    createElement('div', { className: 'events' }, bar, list.element),
    changes,
  );
  const element = createElement('div', { className: 'detail' }, head, allowed, chart.element, below);
  return { element, update };
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

function drawAllowed(
  element: HTMLElement,
  picture: Parameters<typeof allowedEvents>[0],
  active: ReadonlySet<string>,
): void {
  const events = allowedEvents(picture, active);
  const shown = transitionTexts(picture, active);
  element.title = shown.join('\n');
  replaceChildren(
    element,
    events.length === 0 ? 'The plan is finished; no further commands.' : 'Answers to ',
    ...events.slice(0, 24).map(({ event, transitions }) => {
      const guards = [...new Set(transitions.flatMap(({ guard }) => guard ?? []))];
      return createElement(
        'code',
        { title: guards.length === 0 ? '' : `if ${guards.join(' or ')}` },
        eventLabel(event),
      );
    }),
    events.length > 24 ? ` and ${events.length - 24} more` : '',
  );
}

function drawChanges(
  element: HTMLElement,
  {
    title,
    before,
    after,
    event,
    whole,
  }: { title: string; before: unknown; after: unknown; event: LogEntry | undefined; whole: boolean },
): void {
  const found = whole ? [] : differences(before, after);
  const rows = found.map(({ path, before, after }) =>
    createElement(
      'tr',
      {},
      createElement('th', { scope: 'row' }, path.replace(/^context\./, '')),
      createElement('td', { className: 'removed' }, before === undefined ? '' : toOneLine(before, 400)),
      createElement('td', { className: 'added' }, after === undefined ? '' : toOneLine(after, 400)),
    ),
  );
  const message = event?.type === 'received' && !whole ? JSON.stringify(event.event, null, 2) : null;
  replaceChildren(
    element,
    createElement('h3', {}, whole ? 'Context' : title),
    message === null ? null : createElement('pre', {}, message),
    whole ? createElement('pre', {}, JSON.stringify((after as { context: unknown }).context, null, 2)) : null,
    rows.length > 0 ? createElement('table', {}, createElement('tbody', {}, ...rows)) : null,
    !whole && rows.length === 0 ? createElement('p', { className: 'calm' }, 'Nothing changed.') : null,
  );
}
