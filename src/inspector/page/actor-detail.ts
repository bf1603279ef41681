import type { LogEntry } from '../book/book.ts';
import { differences, standAfter } from '../book/stand.ts';
import { ways } from '../view/chart-svg.ts';
import { nameOf } from '../view/sequence.ts';
import { activeStates, allowedEvents, valueText } from '../view/states.ts';
import { brief, clock, eventWord } from '../view/words.ts';
import { makeChart } from './chart.ts';
import { button, fill, h } from './element.ts';
import { Rows } from './rows.ts';
import type { Session } from './session.ts';

/** Events of one actor that are listed. */
const listedMax = 200;

interface Listed {
  entry: LogEntry;
  /** In the actor's log. */
  index: number;
}

export function makeActorDetail(session: Session): { element: HTMLElement; update(): void } {
  const { book } = session;
  const chart = makeChart();
  const head = h('header', { className: 'actor-head' });
  const allowed = h('p', { className: 'allowed' });
  const changes = h('div', { className: 'changes', tabIndex: 0, role: 'region', aria: { label: 'What changed' } });
  let shownActor: string | null = null;
  /** The entry that is looked at; null is the present. */
  let at: number | null = null;
  let since: number | null = null;
  const list = new Rows<Listed>({
    label: 'Events of this actor',
    height: 26,
    follows: true,
    keyOf: ({ index }) => String(index),
    draw({ entry, index }, row) {
      const word = entry.type === 'received' ? eventWord(entry.event.type) : (changeWord(entry) ?? 'no change');
      const from =
        entry.type === 'received' ? `from ${entry.from === null ? 'outside' : nameOf(book, entry.from)}` : '';
      row.classList.toggle('moved', entry.type === 'moved');
      row.classList.toggle('since', index === since);
      fill(
        row,
        h('time', {}, clock(entry.at)),
        h('b', {}, `${entry.type === 'moved' ? '↳ ' : ''}${word}`),
        h('span', { className: 'from' }, from),
      );
    },
    pick({ index }) {
      at = index;
      update();
    },
  });
  const bar = h(
    'div',
    { className: 'tools' },
    h('h3', {}, `Last ${listedMax} events`),
    button('Compare from here', () => {
      since = at;
      update();
    }),
    button('Present', () => {
      at = null;
      since = null;
      update();
    }),
  );

  const update = () => {
    const actor = session.actor === null ? undefined : book.actors.get(session.actor);
    if (actor === undefined) {
      chart.show(null);
      fill(head, h('p', { className: 'calm' }, 'No actors are at work. They show here as soon as some are.'));
      fill(allowed);
      fill(changes);
      list.show([], null);
      return;
    }
    if (shownActor !== actor.uid) {
      shownActor = actor.uid;
      at = null;
      since = null;
    }
    const index = at ?? actor.log.length - 1;
    const stand = standAfter(actor, index);
    const picture = actor.chart === null ? null : (book.charts.get(actor.chart) ?? null);
    const active = picture === null ? new Set<string>() : activeStates(picture, stand.value);
    chart.show(picture === null ? null : { picture, active, key: actor.uid });
    const state = stand.value === null ? stand.status : valueText(stand.value);
    fill(
      head,
      h('h2', {}, nameOf(book, actor.uid)),
      h('p', { className: 'path' }, h('b', {}, state), at === null ? '' : ` at ${clock(actor.log[index]?.at ?? 0)}`),
      h('p', { className: 'small' }, [actor.src, actor.systemId, stand.status, actor.gone].filter(Boolean).join(' · ')),
    );
    if (picture !== null) drawAllowed(allowed, picture, active);
    else fill(allowed, actor.chart === null ? 'It has no chart: it is an effect.' : 'Its chart is being drawn.');
    const first = Math.max(0, actor.log.length - listedMax);
    list.show(
      actor.log.slice(first).map((entry, place) => ({ entry, index: first + place })),
      at === null ? null : String(at),
    );
    const before = since !== null && since < index ? since : index - 1;
    drawChanges(changes, {
      title:
        since !== null && since < index
          ? `From ${clock(actor.log[since]?.at ?? 0)} to ${clock(actor.log[index]?.at ?? 0)}`
          : 'In this step',
      before: standAfter(actor, before),
      after: stand,
      event: actor.log[index],
      whole: at === null && since === null,
    });
  };
  const below = h('div', { className: 'below' }, h('div', { className: 'events' }, bar, list.element), changes);
  const element = h('div', { className: 'detail' }, head, allowed, chart.element, below);
  return { element, update };
}

function changeWord(entry: LogEntry): string | null {
  if (entry.type !== 'moved') return null;
  const { value, status, set, unset } = entry.step;
  const keys = [...Object.keys(set ?? {}), ...(unset ?? [])];
  const parts = [
    value === undefined ? '' : valueText(value),
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
  const shown = ways(picture, active);
  element.title = shown.join('\n');
  fill(
    element,
    events.length === 0 ? 'Nothing leads on from here.' : 'Answers to ',
    ...events.slice(0, 24).map(({ event, ways }) => {
      const guards = [...new Set(ways.flatMap(({ guard }) => guard ?? []))];
      return h('code', { title: guards.length === 0 ? '' : `if ${guards.join(' or ')}` }, eventWord(event));
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
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, path.replace(/^context\./, '')),
      h('td', { className: 'removed' }, before === undefined ? '' : brief(before, 400)),
      h('td', { className: 'added' }, after === undefined ? '' : brief(after, 400)),
    ),
  );
  const message = event?.type === 'received' && !whole ? JSON.stringify(event.event, null, 2) : null;
  fill(
    element,
    h('h3', {}, whole ? 'Context' : title),
    message === null ? null : h('pre', {}, message),
    whole ? h('pre', {}, JSON.stringify((after as { context: unknown }).context, null, 2)) : null,
    rows.length > 0 ? h('table', {}, h('tbody', {}, ...rows)) : null,
    !whole && rows.length === 0 ? h('p', { className: 'calm' }, 'Nothing changed.') : null,
  );
}
