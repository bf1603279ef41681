import { asked } from './asked.ts';
import { button, fill, h } from './element.ts';
import { orderAfterAsking } from './orders.ts';
import type { MakePart } from './part.ts';
import { Rows } from './rows.ts';
import type { Session } from './session.ts';

interface Side {
  oid: string | null;
  goals: string[];
}

interface Conflict {
  path: string;
  kind: string;
  message: string;
  base: Side;
  ours: Side;
  theirs: Side;
  resolution: unknown;
  hunks: { taken: unknown; said?: Record<SideName, string> }[];
}

type SideName = 'ours' | 'base' | 'theirs';

interface View extends Conflict {
  texts: Record<SideName, string>[];
}

const sides: readonly SideName[] = ['ours', 'base', 'theirs'];

/** What contradicts what: three panes for each place of a file, and whose work they are. */
export const makeConflicts: MakePart = session => {
  const list = asked<Conflict[]>();
  const view = asked<View>();
  let chosen: string | null = null;
  const panes = h('div', {
    className: 'main panes',
    tabIndex: 0,
    role: 'region',
    aria: { label: 'The chosen conflict' },
  });
  let drawn = '';
  const rows = new Rows<Conflict>({
    label: 'Conflicts',
    height: 44,
    keyOf: ({ path }) => path,
    draw({ path, kind, resolution }, row) {
      row.classList.toggle('gone', resolution !== null);
      fill(row, h('b', {}, path), h('small', {}, `${kind}${resolution === null ? '' : ', resolved'}`));
    },
    pick({ path }) {
      chosen = path;
      update();
    },
  });
  const plan = () => {
    const open = session.family().find(({ conflicts, planId }) => conflicts > 0 && planId === session.plan);
    return (open ?? session.family().find(({ conflicts }) => conflicts > 0))?.planId ?? session.plan;
  };
  const update = () => {
    const about = plan();
    if (about === null) return;
    const last = session.book.planEvents.findLast(
      ({ planId, name }) => planId === about && name.startsWith('conflict.'),
    );
    const version = last?.seq ?? '';
    list.want(`${about} ${version}`, () => session.link.ask({ what: 'conflicts', plan: about }), update);
    const conflicts = list.value ?? [];
    if (!conflicts.some(({ path }) => path === chosen)) chosen = conflicts[0]?.path ?? null;
    rows.show(conflicts, chosen);
    if (chosen !== null) {
      const path = chosen;
      view.want(`${about}/${path} ${version}`, () => session.link.ask({ what: 'conflict', plan: about, path }), update);
    }
    const shown = conflicts.length === 0 ? null : view.value;
    const state = JSON.stringify([shown, view.problem, session.control, about]);
    if (state === drawn) return;
    drawn = state;
    drawView(panes, { session, plan: about, view: shown, problem: view.problem });
  };
  const element = h(
    'div',
    { className: 'part conflicts split-left' },
    h('div', { className: 'list' }, rows.element),
    panes,
  );
  const count = () => session.family().reduce((sum, { conflicts }) => sum + conflicts, 0);
  return { name: 'Conflicts', plans: true, element, count, update };
};

function drawView(
  panes: HTMLElement,
  { session, plan, view, problem }: { session: Session; plan: string; view: View | null; problem: string | null },
): void {
  if (view === null) {
    fill(panes, h('p', { className: 'calm' }, problem ?? 'Nothing is in conflict.'));
    return;
  }
  const { path, message, hunks, texts, resolution } = view;
  const take = (side: SideName | 'both', hunk?: number) => {
    const where = hunk === undefined ? path : `hunk ${hunk} of ${path}`;
    const order = { do: 'resolve', plan, path, take: side, ...(hunk === undefined ? {} : { hunk }) };
    const lines = ['When nothing is left open the merge goes on by itself and the checks run.'];
    void orderAfterAsking(session, order, { title: `Take ${side} for ${where}?`, lines, yes: `Take ${side}` });
  };
  const buttons = (hunk?: number) =>
    session.control && resolution === null
      ? h(
          'div',
          { className: 'buttons' },
          ...[...sides, ...(hunk === undefined ? [] : (['both'] as const))].map(side =>
            button(`Take ${side}`, () => take(side, hunk)),
          ),
        )
      : null;
  fill(
    panes,
    h('h2', {}, path),
    h('p', {}, message),
    h(
      'div',
      { className: 'three heads' },
      ...sides.map(side => h('div', {}, h('h3', {}, side), h('p', { className: 'small' }, goalsOf(view, side)))),
    ),
    ...texts.map((text, index) => {
      const said = hunks[index]?.said;
      const taken = hunks[index]?.taken ?? null;
      return h(
        'section',
        { className: 'hunk', aria: { label: `Hunk ${index + 1}` } },
        h(
          'h3',
          {},
          `Hunk ${index + 1} of ${texts.length}${taken === null ? '' : `: took ${typeof taken === 'string' ? taken : 'other words'}`}`,
        ),
        h(
          'div',
          { className: 'three' },
          ...sides.map(side =>
            h('pre', { className: side, tabIndex: 0, aria: { label: side } }, said?.[side] ?? text[side]),
          ),
        ),
        taken === null ? buttons(index + 1) : null,
      );
    }),
    texts.length === 0 ? h('p', { className: 'calm' }, 'It can only be settled as a whole.') : null,
    texts.length === 1 ? null : buttons(),
  );
}

function goalsOf(view: View, side: SideName): string {
  const { goals, oid } = view[side];
  if (oid === null) return 'the file is not there';
  return goals.length === 0 ? (side === 'base' ? 'where both began' : 'the plan’s own work') : goals.join(', ');
}
