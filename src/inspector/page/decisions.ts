import { type DecisionData, type DecisionRow, decisionRows } from '../view/decision-rows.ts';
import { createElement, replaceChildren } from './dom.ts';
import { createPlanPicker } from './plan-picker.ts';
import { createCachedQuery } from './query-cache.ts';
import type { CreateView } from './view.ts';
import { createVirtualList } from './virtual-list.ts';

/** The tree of a plan's decisions, with rejected options and the reasons. */
export const createDecisionsView: CreateView = session => {
  const answer = createCachedQuery<DecisionData[]>();
  let chosen: string | null = null;
  const picker = createPlanPicker(session, 'Plan whose decisions are shown');
  const superseded = createElement('input', { type: 'checkbox', onchange: () => update() });
  const side = createElement('aside', { className: 'side', tabIndex: 0, aria: { label: 'The chosen decision' } });
  const rows = createVirtualList<DecisionRow>({
    label: 'Decisions',
    height: 52,
    keyOf: ({ decision }) => decision.decisionId,
    draw({ decision, depth }, row) {
      const { question, chosenOption, alternatives, type, supersededBy } = decision;
      const rejected = alternatives.length === 0 ? '' : `${alternatives.length} rejected`;
      const label = createElement(
        'span',
        { className: 'decision' },
        createElement('small', {}, question),
        createElement('b', {}, chosenOption),
      );
      label.style.marginLeft = `${12 + 18 * depth}px`;
      row.classList.toggle('stopped', supersededBy !== null);
      replaceChildren(
        row,
        label,
        createElement('span', { className: 'rejected' }, rejected),
        createElement('span', { className: 'kind' }, type.replaceAll('_', ' ')),
      );
    },
    pick({ decision }) {
      chosen = decision.decisionId;
      update();
    },
  });
  const update = () => {
    picker.update();
    const { plan, store } = session;
    if (plan !== null) {
      const last = store.planEvents.findLast(({ planId, name }) => planId === plan && isAbout(name));
      answer.load(`${plan} ${last?.seq ?? ''}`, () => session.connection.query({ what: 'decisions', plan }), update);
    }
    const decisions = (answer.value ?? []).filter(({ supersededBy }) => superseded.checked || supersededBy === null);
    chosen ??= decisions[0]?.decisionId ?? null;
    rows.show(decisionRows(decisions), chosen);
    drawSide(
      side,
      (answer.value ?? []).find(({ decisionId }) => decisionId === chosen),
      answer.problem,
    );
  };
  const tools = createElement(
    'div',
    { className: 'tools' },
    picker.element,
    createElement('label', {}, superseded, ' superseded too'),
  );
  const main = createElement('div', { className: 'main' }, tools, rows.element);
  return {
    name: 'Decisions',
    plans: true,
    element: createElement('div', { className: 'part decisions split' }, main, side),
    update,
  };
};

const isAbout = (name: string) =>
  ['decision.recorded', 'plan.corrected', 'plan.rolled_back', 'plan.phase_changed', 'tool.called'].includes(name);

function drawSide(side: HTMLElement, decision: DecisionData | undefined, problem: string | null): void {
  if (decision === undefined) {
    replaceChildren(side, createElement('p', { className: 'calm' }, problem ?? 'No decision is recorded yet.'));
    return;
  }
  const { question, chosenOption, rationale, alternatives, confidence, supersededBy } = decision;
  replaceChildren(
    side,
    createElement('p', { className: 'small' }, question),
    createElement('h2', {}, chosenOption),
    rationale === '' ? null : createElement('p', {}, rationale),
    createElement('p', { className: 'small' }, `confidence ${confidence.toFixed(2)}`),
    supersededBy === null ? null : createElement('p', { className: 'error' }, 'Superseded.'),
    createElement('h3', {}, 'Not taken'),
    alternatives.length === 0 ? createElement('p', { className: 'calm' }, 'No alternatives recorded.') : null,
    createElement(
      'ul',
      { className: 'alternatives' },
      ...alternatives.map(({ description, reason }) =>
        createElement('li', {}, createElement('s', {}, description), createElement('p', {}, reason)),
      ),
    ),
  );
}
