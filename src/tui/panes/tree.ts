import { childProgress, type PlanTreeRow, planTreeRows, waitReason } from '../../index.ts';
import { formatLastOutput } from '../../presentation/last-output.ts';
import { answerKeys, approvalText, errorText, stateSpan, stateSymbol, waitText } from '../labels.ts';
import { type Pane, type StyledRow, span } from '../styled-row.ts';
import type { ViewModel } from '../view-model.ts';

/** A plan and its subplans, with the reason why an idle one waits. */
export function treePane(model: ViewModel): Pane<PlanTreeRow> {
  const { views, children, state } = model;
  const root = state.root === null ? undefined : views.plans[state.root];
  return {
    title: root === undefined ? 'Tree' : `Tree of ${root.goal}`,
    items: root === undefined ? [] : planTreeRows(root, children, state.folded),
    id: ({ plan }) => plan.planId,
    row: row => treeRow(row, model),
    foot: row => foot(row, model),
    empty: 'No plan is selected; 1 lists them.',
  };
}

function treeRow({ plan, siblingsFollow, children: below, collapsed }: PlanTreeRow, model: ViewModel): StyledRow {
  const { views, children } = model;
  const { done, total } = childProgress(plan.planId, children, views.subplans);
  const attempt = views.subplans[plan.planId]?.attempt ?? 1;
  const place = stateSpan(plan);
  const asks = approvalText(plan, model);
  return [
    span(branch(siblingsFollow), 'dim'),
    span(below === 0 ? '' : collapsed ? '▸ ' : '▾ ', 'dim'),
    span(asks === '' ? '' : '! ', 'warn'),
    stateSymbol(plan),
    span(` ${place.text}`, place.role),
    span(attempt > 1 ? ` ↻${attempt - 1}` : '', 'warn'),
    span(total === 0 ? '' : ` ${done}/${total}`, 'dim'),
    span(`  ${plan.goal}`),
    asks === ''
      ? span(plan.state === 'processing' && plan.note !== '' ? ` — ${plan.note}` : '', 'dim')
      : span(` — ${asks}`, 'warn'),
  ];
}

function foot({ plan }: PlanTreeRow, model: ViewModel): StyledRow[] {
  const { views, children, now } = model;
  const parent = views.detail?.planId === plan.parentPlanId ? views.detail : null;
  const why = waitReason(plan, {
    now,
    subplans: views.subplans,
    children: children.get(plan.planId) ?? [],
    ...(parent === null ? {} : { spawns: parent.decisions }),
  });
  const goalOf = (planId: string) => views.plans[planId]?.goal ?? planId;
  const asks = approvalText(plan, model);
  const waits = asks !== '' ? `${asks}; ${answerKeys(plan, model)}` : why === null ? '' : waitText(why, goalOf);
  const failed = views.subplans[plan.planId]?.attempts ?? [];
  return [
    [span(plan.goal, 'strong')],
    [span(plan.planId, 'dim'), span(waits === '' ? '' : `  ${waits}`, 'warn'), span(errorText(plan), 'bad')],
    ...formatLastOutput(plan.resting?.error ?? null).map(text => [span(text)]),
    ...failed.slice(-2).map(({ attempt, error }) => [span(`attempt ${attempt} failed: ${error.message}`, 'bad')]),
  ];
}

/** `│  ├─ `, from whether more siblings follow on each level. */
function branch(follows: readonly boolean[]): string {
  return follows
    .map((more, index) => (index < follows.length - 1 ? (more ? '│  ' : '   ') : more ? '├─ ' : '└─ '))
    .join('');
}
