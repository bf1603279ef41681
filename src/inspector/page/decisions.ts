import { type DecisionRow, decisionRows, type ShownDecision } from '../view/decision-rows.ts';
import { asked } from './asked.ts';
import { fill, h } from './element.ts';
import type { MakePart } from './part.ts';
import { planPicker } from './plan-picker.ts';
import { Rows } from './rows.ts';

/** Why a plan is as it is: the tree of its decisions, with what was not taken and why not. */
export const makeDecisions: MakePart = session => {
  const answer = asked<ShownDecision[]>();
  let chosen: string | null = null;
  const picker = planPicker(session, 'Plan whose decisions are shown');
  const superseded = h('input', { type: 'checkbox', onchange: () => update() });
  const side = h('aside', { className: 'side', tabIndex: 0, aria: { label: 'The chosen decision' } });
  const rows = new Rows<DecisionRow>({
    label: 'Decisions',
    height: 52,
    keyOf: ({ decision }) => decision.decisionId,
    draw({ decision, depth }, row) {
      const { question, chosenOption, alternatives, type, supersededBy } = decision;
      const rejected = alternatives.length === 0 ? '' : `${alternatives.length} rejected`;
      const label = h('span', { className: 'decision' }, h('small', {}, question), h('b', {}, chosenOption));
      label.style.marginLeft = `${12 + 18 * depth}px`;
      row.classList.toggle('gone', supersededBy !== null);
      fill(
        row,
        label,
        h('span', { className: 'rejected' }, rejected),
        h('span', { className: 'kind' }, type.replaceAll('_', ' ')),
      );
    },
    pick({ decision }) {
      chosen = decision.decisionId;
      update();
    },
  });
  const update = () => {
    picker.update();
    const { plan, book } = session;
    if (plan !== null) {
      const last = book.planEvents.findLast(({ planId, name }) => planId === plan && isAbout(name));
      answer.want(`${plan} ${last?.seq ?? ''}`, () => session.link.ask({ what: 'decisions', plan }), update);
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
  const tools = h('div', { className: 'tools' }, picker.element, h('label', {}, superseded, ' superseded too'));
  const main = h('div', { className: 'main' }, tools, rows.element);
  return {
    name: 'Decisions',
    plans: true,
    element: h('div', { className: 'part decisions split' }, main, side),
    update,
  };
};

const isAbout = (name: string) =>
  ['decision.recorded', 'plan.corrected', 'plan.rolled_back', 'plan.phase_changed', 'tool.called'].includes(name);

function drawSide(side: HTMLElement, decision: ShownDecision | undefined, problem: string | null): void {
  if (decision === undefined) {
    fill(side, h('p', { className: 'calm' }, problem ?? 'No decision is recorded yet.'));
    return;
  }
  const { question, chosenOption, rationale, alternatives, confidence, supersededBy } = decision;
  fill(
    side,
    h('p', { className: 'small' }, question),
    h('h2', {}, chosenOption),
    rationale === '' ? null : h('p', {}, rationale),
    h('p', { className: 'small' }, `confidence ${confidence.toFixed(2)}`),
    supersededBy === null ? null : h('p', { className: 'error' }, 'It holds no longer.'),
    h('h3', {}, 'Not taken'),
    alternatives.length === 0 ? h('p', { className: 'calm' }, 'Nothing else was weighed.') : null,
    h(
      'ul',
      { className: 'alternatives' },
      ...alternatives.map(({ description, reason }) => h('li', {}, h('s', {}, description), h('p', {}, reason))),
    ),
  );
}
