import { confirmAndSend } from './commands.ts';
import { createButton, createElement, replaceChildren } from './dom.ts';
import { createCachedQuery } from './query-cache.ts';
import type { PageSession } from './session.ts';
import type { CreateView } from './view.ts';
import { createVirtualList } from './virtual-list.ts';

interface Side {
  oid: string | null;
  goals: string[];
}

interface Conflict {
  conflictId: string;
  path: string;
  kind: string;
  message: string;
  base: Side;
  ours: Side;
  theirs: Side;
  resolution: unknown;
  hunks: { taken: unknown; texts?: Record<SideName, string> }[];
}

type SideName = 'ours' | 'base' | 'theirs';

interface ConflictContent extends Conflict {
  texts: Record<SideName, string>[];
}

const sides: readonly SideName[] = ['ours', 'base', 'theirs'];

/** Conflicts: three panes for each hunk, and the plans that wrote them. */
export const createConflictsView: CreateView = session => {
  const list = createCachedQuery<Conflict[]>();
  const view = createCachedQuery<ConflictContent>();
  let chosen: string | null = null;
  const panes = createElement('div', {
    className: 'main panes',
    tabIndex: 0,
    role: 'region',
    aria: { label: 'The chosen conflict' },
  });
  let drawn = '';
  const rows = createVirtualList<Conflict>({
    label: 'Conflicts',
    height: 44,
    keyOf: ({ conflictId }) => conflictId,
    draw({ path, kind, resolution }, row) {
      row.classList.toggle('stopped', resolution !== null);
      replaceChildren(
        row,
        createElement('b', {}, path),
        createElement('small', {}, `${kind}${resolution === null ? '' : ', resolved'}`),
      );
    },
    pick({ conflictId }) {
      chosen = conflictId;
      update();
    },
  });
  const plan = () => {
    const open = session.plansOfRoot().find(({ conflicts, planId }) => conflicts > 0 && planId === session.plan);
    return (open ?? session.plansOfRoot().find(({ conflicts }) => conflicts > 0))?.planId ?? session.plan;
  };
  const update = () => {
    const about = plan();
    if (about === null) return;
    const last = session.store.planEvents.findLast(({ planId, name }) => planId === about && changesConflicts(name));
    const version = last?.seq ?? '';
    list.load(`${about} ${version}`, () => session.connection.query({ what: 'conflicts', plan: about }), update);
    const conflicts = list.value ?? [];
    if (!conflicts.some(({ conflictId }) => conflictId === chosen)) chosen = conflicts[0]?.conflictId ?? null;
    rows.show(conflicts, chosen);
    if (chosen !== null) {
      const id = chosen;
      view.load(
        `${about}/${id} ${version}`,
        () => session.connection.query({ what: 'conflict', plan: about, conflict: id }),
        update,
      );
    }
    const shown = conflicts.length === 0 ? null : view.value;
    const state = JSON.stringify([shown, view.problem, session.control, about]);
    if (state === drawn) return;
    drawn = state;
    drawConflict(panes, { session, plan: about, view: shown, problem: view.problem });
  };
  const element = createElement(
    'div',
    { className: 'part conflicts split-left' },
    createElement('div', { className: 'list' }, rows.element),
    panes,
  );
  const count = () => session.plansOfRoot().reduce((sum, { conflicts }) => sum + conflicts, 0);
  return { name: 'Conflicts', plans: true, element, count, update };
};

/** A rollback, a correction, and a return to Strategize discard conflicts. */
const changesConflicts = (event: string) =>
  event.startsWith('conflict.') || ['plan.rolled_back', 'plan.corrected', 'plan.phase_changed'].includes(event);

interface ShownConflict {
  session: PageSession;
  plan: string;
  view: ConflictContent | null;
  problem: string | null;
}

function drawConflict(panes: HTMLElement, { session, plan, view, problem }: ShownConflict): void {
  if (view === null) {
    replaceChildren(panes, createElement('p', { className: 'calm' }, problem ?? 'Nothing is in conflict.'));
    return;
  }
  const { conflictId, path, message, texts, resolution } = view;
  const buttons = (hunk?: number) =>
    session.control && resolution === null ? resolveButtons(session, { plan, conflictId, path, hunk }) : null;
  replaceChildren(
    panes,
    createElement('h2', {}, path),
    createElement('p', {}, message),
    createElement(
      'div',
      { className: 'three heads' },
      ...sides.map(side =>
        createElement(
          'div',
          {},
          createElement('h3', {}, side),
          createElement('p', { className: 'small' }, goalsOf(view, side)),
        ),
      ),
    ),
    ...texts.map((_, index) => hunkSection(view, index, buttons)),
    texts.length === 0 ? createElement('p', { className: 'calm' }, 'It can only be resolved as a whole.') : null,
    texts.length === 1 ? null : buttons(),
  );
}

/** The three versions of one hunk, with what was taken or the buttons to take one. */
function hunkSection(
  { hunks, texts }: ConflictContent,
  index: number,
  buttons: (hunk: number) => HTMLElement | null,
): HTMLElement {
  const versions = hunks[index]?.texts ?? texts[index];
  const taken = hunks[index]?.taken ?? null;
  const outcome = taken === null ? '' : `: took ${typeof taken === 'string' ? taken : 'other words'}`;
  return createElement(
    'section',
    { className: 'hunk', aria: { label: `Hunk ${index + 1}` } },
    createElement('h3', {}, `Hunk ${index + 1} of ${texts.length}${outcome}`),
    createElement(
      'div',
      { className: 'three' },
      ...sides.map(side =>
        createElement('pre', { className: side, tabIndex: 0, aria: { label: side } }, versions?.[side]),
      ),
    ),
    taken === null ? buttons(index + 1) : null,
  );
}

/** Buttons that resolve one hunk, or the whole file without `hunk`, after a confirmation. */
function resolveButtons(
  session: PageSession,
  { plan, conflictId, path, hunk }: { plan: string; conflictId: string; path: string; hunk: number | undefined },
): HTMLElement {
  const take = (side: SideName | 'both') => {
    const where = hunk === undefined ? path : `hunk ${hunk} of ${path}`;
    const order = { do: 'resolve', plan, conflict: conflictId, take: side, ...(hunk === undefined ? {} : { hunk }) };
    const lines = ['When no conflict is open, the merge continues by itself and the validations run.'];
    void confirmAndSend(session, order, { title: `Take ${side} for ${where}?`, lines, yes: `Take ${side}` });
  };
  const choices = hunk === undefined ? sides : [...sides, 'both' as const];
  return createElement(
    'div',
    { className: 'buttons' },
    ...choices.map(side => createButton(`Take ${side}`, () => take(side))),
  );
}

function goalsOf(view: ConflictContent, side: SideName): string {
  const { goals, oid } = view[side];
  if (oid === null) return 'the file is not there';
  return goals.length === 0 ? (side === 'base' ? 'where both began' : 'the plan’s own work') : goals.join(', ');
}
