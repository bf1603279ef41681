import { formatDuration } from '../../presentation/duration.ts';
import type { PlanOverview } from '../state/events.ts';
import { type AttentionCard, attentionCards, countByState } from '../view/attention.ts';
import { countApprovalsBelow } from '../view/count-approvals.ts';
import { idTail } from '../view/format.ts';
import { groupBy } from '../view/group-by.ts';
import { spanLabels } from '../view/timeline-spans.ts';
import { createBadge } from './badge.ts';
import { confirmAndSend } from './commands.ts';
import { createButton, createElement, replaceChildren } from './dom.ts';
import { lastOutputBlocks } from './last-output.ts';
import { questionButton } from './question.ts';
import type { PageSession } from './session.ts';
import type { CreateView } from './view.ts';
import { createVirtualList } from './virtual-list.ts';
import { createWorkersSection } from './workers.ts';

/** Plans that need a person, numbers of plans by state, workers, and working plans. */
export const createOverviewView: CreateView = (session, go) => {
  const needs = createElement('section', { className: 'needs', aria: { label: 'Needs you' } });
  const counts = createElement('section', { className: 'counts', aria: { label: 'Counts' } });
  const rows = createVirtualList<PlanOverview>({
    label: 'Plans at work',
    height: 40,
    keyOf: ({ planId }) => planId,
    draw: (plan, row) => drawPlan(session, plan, row),
    pick: plan => session.select({ root: plan.rootPlanId, plan: plan.planId }),
  });
  const workers = createWorkersSection(session);
  const title = createElement('h2', {});
  const numbers = createElement('div', {}, counts, workers.element);
  const element = createElement('div', { className: 'part now' }, needs, numbers, title, rows.element);
  let shown = '';
  return {
    name: 'Now',
    plans: true,
    element,
    count: () => attentionCards(session.store.plans.values()).length,
    update() {
      const plans = [...session.store.plans.values()];
      const found = attentionCards(plans);
      const isThere = session.state.kind === 'live' || session.state.kind === 'report';
      const state = JSON.stringify([found, session.control, plans.length, isThere]);
      // Do not redraw a button that the user may be about to press.
      if (state !== shown) {
        shown = state;
        const cards = found.map(need => attentionCard(session, need, go));
        const calm = createElement(
          'p',
          { className: 'calm' },
          plans.length > 0 ? 'Nothing needs you.' : isThere ? 'There are no plans yet.' : 'Reconnecting …',
        );
        replaceChildren(needs, createElement('h2', {}, 'Needs you'), ...(cards.length === 0 ? [calm] : cards));
      }
      workers.update();
      replaceChildren(counts, ...countBoxes(plans));
      const working = plans.filter(
        ({ state, need }) => state === 'processing' || (state === 'queued' && need !== 'refused'),
      );
      title.textContent = working.length === 0 ? 'Nothing is at work' : `At work and queued (${working.length})`;
      rows.show(working, session.plan);
    },
  };
};

function countBoxes(plans: readonly PlanOverview[]): HTMLElement[] {
  const counts = countByState(plans);
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
    ...kinds.map((kind): [number, string, string] => [counts[kind], spanLabels[kind], kind]),
    [counts.done, 'subplans done', 'done'],
    [counts.applied, 'applied', 'done'],
    [counts.cancelled, 'cancelled', 'paused'],
  ];
  return shown
    .filter(([count, , kind]) => count > 0 || kind === 'working')
    .map(([count, words, kind]) =>
      createElement(
        'div',
        { className: `count ${kind}` },
        createElement('b', {}, String(count)),
        createElement('span', {}, words),
      ),
    );
}

function drawPlan(session: PageSession, plan: PlanOverview, row: HTMLElement): void {
  const asks = countApprovalsBelow(session.store.plans).get(plan.planId) ?? 0;
  const elapsed = formatDuration(session.now() - Date.parse(plan.createdAt));
  const why = plan.waiting?.message ?? plan.note;
  replaceChildren(
    row,
    createElement('span', { className: 'goal' }, plan.goal),
    createBadge(plan, asks),
    createElement('span', { className: 'why' }, why),
    createElement('span', { className: 'time' }, elapsed),
    createElement('code', {}, idTail(plan.planId)),
  );
}

const needActions: Readonly<Record<AttentionCard['kind'], [part: string, words: string]>> = {
  'tool-approval': ['Timeline', 'See what it does'],
  conflict: ['Conflicts', 'Look at the conflicts'],
  refused: ['Timeline', 'See when and why'],
  failed: ['Timeline', 'See when and why'],
  constrained: ['Checkpoints', 'Look at what changed'],
  approval: ['Decisions', 'Look at the decisions'],
  done: ['Checkpoints', 'Look at what changed'],
  paused: ['Timeline', 'See its state'],
};

function attentionCard(
  session: PageSession,
  { plan, kind, why, hints }: AttentionCard,
  go: (name: string) => void,
): HTMLElement {
  const [part, words] = needActions[kind];
  const look = createButton(words, () => {
    session.select({ root: plan.rootPlanId, plan: plan.planId });
    go(part);
  });
  const availableCommands = session.control
    ? [...approvalButtons(session, plan), ...commandButtons(session, plan)]
    : [];
  return createElement(
    'article',
    { className: `need ${kind}` },
    createElement(
      'div',
      {},
      createElement('h3', {}, plan.goal),
      parentText(session, plan),
      createElement('p', {}, why),
    ),
    createElement('div', { className: 'buttons' }, look, ...availableCommands),
    ...lastOutputBlocks(plan.error),
    createElement(
      'ul',
      { className: 'hints' },
      ...hints.map(hint => createElement('li', {}, createElement('code', {}, hint))),
    ),
  );
}

/** For a subplan: the plan it belongs to. */
function parentText({ store }: PageSession, { planId, rootPlanId }: PlanOverview): HTMLElement | null {
  const root = planId === rootPlanId ? undefined : store.plans.get(rootPlanId);
  return root === undefined ? null : createElement('p', { className: 'small' }, `part of “${root.goal}”`);
}

function approvalButtons(session: PageSession, plan: PlanOverview): HTMLElement[] {
  const { planId, goal, approvals } = plan;
  return approvals.flatMap(asked => {
    const { approvalId: approval, words, folder, question } = asked;
    if (question !== null) return [questionButton(session, plan, { ...asked, question })];
    const lines = [`“${goal}” (${idTail(planId)}) asks to`, words, `in ${folder}`];
    const answer = (way: 'approve' | 'deny', name: string) =>
      createButton(`${name}: ${words}`, () => {
        const asking = { title: `${name} this call?`, lines, yes: name };
        void confirmAndSend(session, { do: way, plan: planId, approval }, asking);
      });
    return [answer('approve', 'Approve'), answer('deny', 'Deny')];
  });
}

const consequences: Readonly<Record<string, string>> = {
  execute: 'Its agents work in a sandbox; your checkout does not change.',
  apply: 'The reviewed result is applied to your checkout as one commit.',
  resume: 'It continues where it was.',
  cancel: 'Its work stops and is kept in a ref.',
};

function commandButtons(session: PageSession, { planId, goal, availableCommands, state }: PlanOverview): HTMLElement[] {
  const known = groupBy(availableCommands, way => way);
  return Object.entries(consequences)
    .filter(([way]) => known.has(way))
    .map(([way, line]) => {
      const isRetry = way === 'execute' && state === 'errored';
      const name = isRetry ? 'Retry' : `${way.charAt(0).toUpperCase()}${way.slice(1)}`;
      const asking = { title: `${name} “${goal}”?`, lines: [line], yes: name };
      return createButton(name, () => void confirmAndSend(session, { do: way, plan: planId }, asking));
    });
}
