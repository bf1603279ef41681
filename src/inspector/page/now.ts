import type { PlanItem } from '../book/item.ts';
import { asksBelow } from '../view/asks-below.ts';
import { grouped } from '../view/grouped.ts';
import { spanWords } from '../view/lanes.ts';
import { countsOf, type Need, needsOf } from '../view/needs.ts';
import { duration, short } from '../view/words.ts';
import { badge } from './badge.ts';
import { button, fill, h } from './element.ts';
import { orderAfterAsking } from './orders.ts';
import type { MakePart } from './part.ts';
import { Rows } from './rows.ts';
import type { Session } from './session.ts';

/** What needs a person, how many there are of what, and what is at work. */
export const makeNow: MakePart = (session, go) => {
  const needs = h('section', { className: 'needs', aria: { label: 'Needs you' } });
  const counts = h('section', { className: 'counts', aria: { label: 'Counts' } });
  const rows = new Rows<PlanItem>({
    label: 'Plans at work',
    height: 40,
    keyOf: ({ planId }) => planId,
    draw: (plan, row) => drawPlan(session, plan, row),
    pick: plan => session.choose({ root: plan.rootPlanId, plan: plan.planId }),
  });
  const title = h('h2', {});
  const element = h('div', { className: 'part now' }, needs, counts, title, rows.element);
  let shown = '';
  return {
    name: 'Now',
    plans: true,
    element,
    count: () => needsOf(session.book.plans.values()).length,
    update() {
      const plans = [...session.book.plans.values()];
      const found = needsOf(plans);
      const isThere = session.state.kind === 'live' || session.state.kind === 'report';
      const state = JSON.stringify([found, session.control, plans.length, isThere]);
      // What a person is about to press is not drawn anew under their hand.
      if (state !== shown) {
        shown = state;
        const cards = found.map(need => cardOf(session, need, go));
        const calm = h(
          'p',
          { className: 'calm' },
          plans.length > 0 ? 'Nothing needs you.' : isThere ? 'There are no plans yet.' : 'Reconnecting …',
        );
        fill(needs, h('h2', {}, 'Needs you'), ...(cards.length === 0 ? [calm] : cards));
      }
      fill(counts, ...countBoxes(plans));
      const working = plans.filter(
        ({ state, need }) => state === 'processing' || (state === 'queued' && need !== 'refused'),
      );
      title.textContent = working.length === 0 ? 'Nothing is at work' : `At work and queued (${working.length})`;
      rows.show(working, session.plan);
    },
  };
};

function countBoxes(plans: readonly PlanItem[]): HTMLElement[] {
  const counts = countsOf(plans);
  const kinds = [
    'asking',
    'working',
    'queued',
    'retrying',
    'rate-limited',
    'approval',
    'conflict',
    'failed',
    'paused',
  ] as const;
  const shown: [count: number, words: string, kind: string][] = [
    ...kinds.map((kind): [number, string, string] => [counts[kind], spanWords[kind], kind]),
    [counts.done, 'subplans done', 'done'],
    [counts.applied, 'applied', 'done'],
    [counts.cancelled, 'cancelled', 'paused'],
  ];
  return shown
    .filter(([count, , kind]) => count > 0 || kind === 'working')
    .map(([count, words, kind]) =>
      h('div', { className: `count ${kind}` }, h('b', {}, String(count)), h('span', {}, words)),
    );
}

function drawPlan(session: Session, plan: PlanItem, row: HTMLElement): void {
  const asks = asksBelow(session.book.plans).get(plan.planId) ?? 0;
  const elapsed = duration(session.now() - Date.parse(plan.createdAt));
  const why = plan.waiting?.message ?? plan.note;
  fill(
    row,
    h('span', { className: 'goal' }, plan.goal),
    badge(plan, asks),
    h('span', { className: 'why' }, why),
    h('span', { className: 'time' }, elapsed),
    h('code', {}, short(plan.planId)),
  );
}

const leads: Readonly<Record<Need['kind'], [part: string, words: string]>> = {
  consent: ['Timeline', 'See what it does'],
  conflict: ['Conflicts', 'Look at the conflicts'],
  refused: ['Timeline', 'See when and why'],
  failed: ['Timeline', 'See when and why'],
  constrained: ['Checkpoints', 'Look at what changed'],
  approval: ['Decisions', 'Look at the decisions'],
  done: ['Checkpoints', 'Look at what changed'],
  paused: ['Timeline', 'See where it stands'],
};

function cardOf(session: Session, { plan, kind, why, hints }: Need, go: (name: string) => void): HTMLElement {
  const [part, words] = leads[kind];
  const look = button(words, () => {
    session.choose({ root: plan.rootPlanId, plan: plan.planId });
    go(part);
  });
  const ways = session.control ? [...answersTo(session, plan), ...waysOf(session, plan)] : [];
  return h(
    'article',
    { className: `need ${kind}` },
    h('div', {}, h('h3', {}, plan.goal), whose(session, plan), h('p', {}, why)),
    h('div', { className: 'buttons' }, look, ...ways),
    h('ul', { className: 'hints' }, ...hints.map(hint => h('li', {}, h('code', {}, hint)))),
  );
}

/** Of a subplan: which plan it belongs to. */
function whose({ book }: Session, { planId, rootPlanId }: PlanItem): HTMLElement | null {
  const root = planId === rootPlanId ? undefined : book.plans.get(rootPlanId);
  return root === undefined ? null : h('p', { className: 'small' }, `part of “${root.goal}”`);
}

function answersTo(session: Session, { planId, goal, asked }: PlanItem): HTMLElement[] {
  return asked.flatMap(({ approvalId: approval, words, folder }) => {
    const lines = [`“${goal}” (${short(planId)}) asks to`, words, `in ${folder}`];
    const answer = (way: 'approve' | 'deny', name: string) =>
      button(`${name}: ${words}`, () => {
        const asking = { title: `${name} this call?`, lines, yes: name };
        void orderAfterAsking(session, { do: way, plan: planId, approval }, asking);
      });
    return [answer('approve', 'Approve'), answer('deny', 'Deny')];
  });
}

const consequences: Readonly<Record<string, string>> = {
  execute: 'Its agents work in a sandbox; nothing lands in your checkout.',
  apply: 'The reviewed result lands in your checkout as one commit.',
  resume: 'It goes on where it was.',
  cancel: 'Its work stops and is kept in a ref.',
};

function waysOf(session: Session, { planId, goal, ways, state }: PlanItem): HTMLElement[] {
  const known = grouped(ways, way => way);
  return Object.entries(consequences)
    .filter(([way]) => known.has(way))
    .map(([way, line]) => {
      const isRetry = way === 'execute' && state === 'errored';
      const name = isRetry ? 'Retry' : `${way.charAt(0).toUpperCase()}${way.slice(1)}`;
      const asking = { title: `${name} “${goal}”?`, lines: [line], yes: name };
      return button(name, () => void orderAfterAsking(session, { do: way, plan: planId }, asking));
    });
}
