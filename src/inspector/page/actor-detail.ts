import type { ActorRecord, LogEntry } from '../state/actor-record.ts';
import { differences, stateAfter } from '../state/actor-state.ts';
import type { ActorState } from '../state/events.ts';
import { transitionTexts } from '../view/chart-svg.ts';
import { eventLabel, formatClock, toOneLine } from '../view/format.ts';
import { actorName } from '../view/sequence.ts';
import { activeStates, allowedEvents, formatStateValue } from '../view/states.ts';
import { createActorLog } from './actor-log.ts';
import { createChart } from './chart.ts';
import { createElement, replaceChildren } from './dom.ts';
import type { PageSession } from './session.ts';

/** The selected actor: its chart, its events, and what each of them changed. */
export function createActorDetail(session: PageSession): { element: HTMLElement; update(): void } {
  const chart = createChart();
  const head = createElement('header', { className: 'actor-head' });
  const allowed = createElement('p', { className: 'allowed' });
  const changes = createElement('div', {
    className: 'changes',
    tabIndex: 0,
    role: 'region',
    aria: { label: 'What changed' },
  });
  const log = createActorLog(session, () => update());
  const showNone = () => {
    chart.show(null);
    replaceChildren(
      head,
      createElement('p', { className: 'calm' }, 'No actors are at work. They show here as soon as some are.'),
    );
    replaceChildren(allowed);
    replaceChildren(changes);
    log.show(null);
  };
  const update = () => {
    const { store } = session;
    const actor = session.actor === null ? undefined : store.actors.get(session.actor);
    if (actor === undefined) return showNone();
    log.show(actor);
    const index = log.selected ?? actor.log.length - 1;
    const shown = stateAfter(actor, index);
    const picture = actor.chart === null ? null : (store.charts.get(actor.chart) ?? null);
    const active = picture === null ? new Set<string>() : activeStates(picture, shown.value);
    chart.show(picture === null ? null : { picture, active, key: actor.uid });
    drawHead(head, actor, {
      name: actorName(store, actor.uid),
      shown,
      at: log.selected === null ? null : (actor.log[index]?.at ?? 0),
    });
    if (picture !== null) drawAllowed(allowed, picture, active);
    else
      replaceChildren(
        allowed,
        actor.chart === null ? 'It has no chart: it is an effect.' : 'Its chart is being drawn.',
      );
    const since = log.compared !== null && log.compared < index ? log.compared : null;
    drawChanges(changes, {
      title:
        since === null
          ? 'In this step'
          : `From ${formatClock(actor.log[since]?.at ?? 0)} to ${formatClock(actor.log[index]?.at ?? 0)}`,
      before: stateAfter(actor, since ?? index - 1),
      after: shown,
      event: actor.log[index],
      whole: log.selected === null && log.compared === null,
    });
  };
  const below = createElement('div', { className: 'below' }, log.element, changes);
  const element = createElement('div', { className: 'detail' }, head, allowed, chart.element, below);
  return { element, update };
}

/** @param at time of the shown state, in milliseconds; null is the current state */
function drawHead(
  head: HTMLElement,
  { src, systemId, stoppedAs }: ActorRecord,
  { name, shown, at }: { name: string; shown: ActorState; at: number | null },
): void {
  const state = shown.value === null ? shown.status : formatStateValue(shown.value);
  const details = [src, systemId, shown.status, stoppedAs].filter(Boolean).join(' · ');
  replaceChildren(
    head,
    createElement('h2', {}, name),
    createElement(
      'p',
      { className: 'path' },
      createElement('b', {}, state),
      at === null ? '' : ` at ${formatClock(at)}`,
    ),
    createElement('p', { className: 'small' }, details),
  );
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
