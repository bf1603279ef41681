import { type ActorRow, actorRows } from '../view/actor-rows.ts';
import { nameOf } from '../view/sequence.ts';
import { valueText } from '../view/states.ts';
import { makeActorDetail } from './actor-detail.ts';
import { fill, h } from './element.ts';
import type { MakePart } from './part.ts';
import { Rows } from './rows.ts';

/** The tree of actors, and the chosen one with its chart, its events and what they changed. */
export const makeActors: MakePart = session => {
  const { book } = session;
  const open = new Map<string, boolean>();
  const detail = makeActorDetail(session);
  const filter = h('input', {
    type: 'search',
    placeholder: 'Filter actors',
    className: 'filter',
    aria: { label: 'Filter actors' },
    oninput: () => update(),
  });
  const gone = h('input', { type: 'checkbox', onchange: () => update() });
  const counts = h('p', { className: 'small' });
  const rows = new Rows<ActorRow>({
    label: 'Actors',
    height: 28,
    keyOf: ({ uid }) => uid,
    draw({ uid, depth, isOpen, inside }, row) {
      const actor = book.actors.get(uid);
      if (actor === undefined) return;
      const mark = h(
        'i',
        { className: 'mark', onclick: () => inside > 0 && unfold(uid, !isOpen) },
        inside === 0 ? '' : isOpen ? '▾' : '▸',
      );
      const name = h('span', { className: 'name', title: actor.id }, nameOf(book, uid));
      const state = actor.now.value === null ? actor.now.status : valueText(actor.now.value);
      const status = actor.gone ?? (actor.now.status === 'active' ? '' : actor.now.status);
      const label = h(
        'span',
        { className: 'label' },
        mark,
        name,
        isOpen || inside === 0 ? null : h('small', {}, `${inside}`),
      );
      label.style.paddingLeft = `${4 + 14 * depth}px`;
      row.classList.toggle('gone', actor.gone !== null);
      fill(
        row,
        label,
        h(
          'span',
          { className: 'state', title: state },
          status === '' || status === state ? state : `${state} (${status})`,
        ),
      );
    },
    pick: ({ uid }) => session.choose({ actor: uid }),
    unfold: ({ uid }, isOpen) => unfold(uid, isOpen),
  });
  const unfold = (uid: string, isOpen: boolean) => {
    open.set(uid, isOpen);
    update();
  };
  const update = () => {
    const shown = actorRows(book, { open, filter: filter.value.trim(), gone: gone.checked });
    if (session.actor === null || !book.actors.has(session.actor)) session.actor = favourite(shown, book);
    const alive = [...book.actors.values()].filter(actor => actor.gone === null).length;
    counts.textContent = `${alive} ${alive === 1 ? 'actor' : 'actors'}, ${book.log.filter(({ type }) => type === 'received').length} events`;
    rows.show(shown, session.actor);
    detail.update();
  };
  const tools = h('div', { className: 'tools' }, filter, h('label', {}, gone, ' ended'));
  const list = h('div', { className: 'list' }, tools, counts, rows.element);
  return {
    name: 'Actors',
    plans: false,
    element: h('div', { className: 'part actors split-left' }, list, detail.element),
    update,
  };
};

/** Who is shown first: one with a chart that is not the root, if there is one. */
function favourite(
  rows: readonly ActorRow[],
  { actors }: { actors: ReadonlyMap<string, { chart: number | null }> },
): string | null {
  const drawn = rows.filter(({ uid }) => actors.get(uid)?.chart !== null);
  return (drawn.find(({ depth }) => depth > 0) ?? drawn[0] ?? rows[0])?.uid ?? null;
}
