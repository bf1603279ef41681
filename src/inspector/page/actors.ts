import type { InspectorStore } from '../state/store.ts';
import { type ActorTreeRow, actorRows } from '../view/actor-rows.ts';
import { actorName } from '../view/sequence.ts';
import { formatStateValue } from '../view/states.ts';
import { createActorDetail } from './actor-detail.ts';
import { createElement, replaceChildren } from './dom.ts';
import type { CreateView } from './view.ts';
import { createVirtualList } from './virtual-list.ts';

/** The tree of actors, and the selected one with its chart, its events and their changes. */
export const createActorsView: CreateView = session => {
  const open = new Map<string, boolean>();
  const detail = createActorDetail(session);
  const filter = createElement('input', {
    type: 'search',
    placeholder: 'Filter actors',
    className: 'filter',
    aria: { label: 'Filter actors' },
    oninput: () => update(),
  });
  const gone = createElement('input', { type: 'checkbox', onchange: () => update() });
  const counts = createElement('p', { className: 'small' });
  const rows = createVirtualList<ActorTreeRow>({
    label: 'Actors',
    height: 28,
    keyOf: ({ uid }) => uid,
    draw: (item, row) => drawActor(session.store, item, { row, unfold }),
    pick: ({ uid }) => session.select({ actor: uid }),
    unfold: ({ uid }, isOpen) => unfold(uid, isOpen),
  });
  const unfold = (uid: string, isOpen: boolean) => {
    open.set(uid, isOpen);
    update();
  };
  const update = () => {
    const { store } = session;
    const shown = actorRows(store, { open, filter: filter.value.trim(), gone: gone.checked });
    if (session.actor === null || !store.actors.has(session.actor)) session.actor = defaultActor(shown, store);
    const alive = [...store.actors.values()].filter(actor => actor.stoppedAs === null).length;
    counts.textContent = `${alive} ${alive === 1 ? 'actor' : 'actors'}, ${store.log.filter(({ type }) => type === 'received').length} events`;
    rows.show(shown, session.actor);
    detail.update();
  };
  const tools = createElement('div', { className: 'tools' }, filter, createElement('label', {}, gone, ' ended'));
  const list = createElement('div', { className: 'list' }, tools, counts, rows.element);
  return {
    name: 'Actors',
    plans: false,
    element: createElement('div', { className: 'part actors split-left' }, list, detail.element),
    update,
  };
};

function drawActor(
  store: InspectorStore,
  { uid, depth, isOpen, inside }: ActorTreeRow,
  { row, unfold }: { row: HTMLElement; unfold(uid: string, isOpen: boolean): void },
): void {
  const actor = store.actors.get(uid);
  if (actor === undefined) return;
  const mark = createElement(
    'i',
    { className: 'mark', onclick: () => inside > 0 && unfold(uid, !isOpen) },
    inside === 0 ? '' : isOpen ? '▾' : '▸',
  );
  const name = createElement('span', { className: 'name', title: actor.id }, actorName(store, uid));
  const state = actor.now.value === null ? actor.now.status : formatStateValue(actor.now.value);
  const status = actor.stoppedAs ?? (actor.now.status === 'active' ? '' : actor.now.status);
  const label = createElement(
    'span',
    { className: 'label' },
    mark,
    name,
    isOpen || inside === 0 ? null : createElement('small', {}, `${inside}`),
  );
  label.style.paddingLeft = `${4 + 14 * depth}px`;
  row.classList.toggle('stopped', actor.stoppedAs !== null);
  replaceChildren(
    row,
    label,
    createElement(
      'span',
      { className: 'state', title: state },
      status === '' || status === state ? state : `${state} (${status})`,
    ),
  );
}

/** Selects first an actor with a chart that is not the root, if there is one. */
function defaultActor(
  rows: readonly ActorTreeRow[],
  { actors }: { actors: ReadonlyMap<string, { chart: number | null }> },
): string | null {
  const drawn = rows.filter(({ uid }) => actors.get(uid)?.chart !== null);
  return (drawn.find(({ depth }) => depth > 0) ?? drawn[0] ?? rows[0])?.uid ?? null;
}
