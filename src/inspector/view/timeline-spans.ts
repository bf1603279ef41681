/** The activities of plans over time: a row of spans each, from their journals. */

import { ascending } from '../../model/text-order.ts';
import type { PlanJournalEvent, PlanOverview } from '../state/events.ts';
import { countApprovalsBelow } from './count-approvals.ts';
import { groupBy } from './group-by.ts';

export type TimelineSpanKind =
  | 'queued'
  | 'working'
  | 'retrying'
  | 'rate-limited'
  | 'approval'
  | 'asking'
  | 'conflict'
  | 'failed'
  | 'paused'
  | 'done';

export interface TimelineSpan {
  from: number;
  /** null while it lasts. */
  to: number | null;
  kind: TimelineSpanKind;
  phase: string;
  /** Its label. */
  label: string;
}

export interface TimelineLane {
  planId: string;
  parent: string | null;
  depth: number;
  goal: string;
  state: string;
  spans: TimelineSpan[];
  /** Counted from 1; for a subplan, as its parent counts. */
  attempt: number;
  /** Number of pending approvals in it and below it. */
  approvals: number;
  /** Number of retries within its attempts. */
  retries: number;
}

export const spanLabels: Readonly<Record<TimelineSpanKind, string>> = {
  queued: 'queued',
  working: 'at work',
  retrying: 'waits to retry',
  'rate-limited': 'waits for a rate limit',
  approval: 'waits for a person',
  asking: 'asks you',
  conflict: 'in conflict',
  failed: 'failed',
  paused: 'paused',
  done: 'done',
};

/** Returns rows in the order of the tree, children after their parent by age. Of `root` and its subplans. */
export function toTimelineLanes(
  plans: ReadonlyMap<string, PlanOverview>,
  events: readonly PlanJournalEvent[],
  root: string,
): TimelineLane[] {
  const byPlan = groupBy(events, ({ planId }) => planId);
  const byParent = groupBy(plans.values(), plan => plan.parentPlanId ?? '');
  const attempts = countAttempts(events);
  const asking = countApprovalsBelow(plans);
  const lanes: TimelineLane[] = [];
  const add = (plan: PlanOverview | undefined, depth: number) => {
    if (plan === undefined) return;
    const { planId, goal, state, parentPlanId: parent } = plan;
    const own = byPlan.get(planId) ?? [];
    const retries = own.filter(({ name }) => name === 'attempt.delayed').length;
    const attempt = attempts.get(planId) ?? 1;
    const asks = asking.get(planId) ?? 0;
    lanes.push({
      planId,
      parent,
      depth,
      goal,
      state,
      spans: toSpans(own, parent !== null),
      attempt,
      approvals: asks,
      retries,
    });
    const children = [...(byParent.get(planId) ?? [])].sort(ascending(({ planId }) => planId));
    for (const child of children) add(child, depth + 1);
  };
  add(plans.get(root), 0);
  return lanes;
}

/** By plan: its latest attempt. A correction starts one as well. */
function countAttempts(events: readonly PlanJournalEvent[]): ReadonlyMap<string, number> {
  const attempts = new Map<string, number>();
  for (const { name, event, planId } of events) {
    if (name === 'plan.corrected') attempts.set(planId, (attempts.get(planId) ?? 1) + 1);
    if (name !== 'subplan.changed') continue;
    const { status } = event as { status: { planId: string; attempt: number } };
    attempts.set(status.planId, status.attempt);
  }
  return attempts;
}

interface TimelinePosition {
  kind: TimelineSpanKind;
  phase: string;
}

/** Consecutive spans without a gap; the last is open unless the plan ended. A subplan ends with its result. */
function toSpans(events: readonly PlanJournalEvent[], isSubplan: boolean): TimelineSpan[] {
  const spans: TimelineSpan[] = [];
  const asks = new Set<unknown>();
  let stood: TimelinePosition = { kind: 'queued', phase: 'strategize' };
  const turn = (at: number, next: TimelinePosition, label = spanLabels[next.kind]) => {
    const last = spans.at(-1);
    if (last !== undefined) last.to = at;
    if (last?.from === at && last.to === at) spans.pop();
    spans.push({ from: at, to: null, ...next, label: `${next.phase}: ${label}` });
  };
  for (const { name, event, at } of events) {
    const isDelayed = ['retrying', 'rate-limited'].includes(spans.at(-1)?.kind ?? '');
    if (name === 'approval.requested' || name === 'approval.answered') {
      const { approvalId, words, question } = event.approval as {
        approvalId: string;
        words: string;
        question?: unknown;
      };
      if (name === 'approval.requested') asks.add(approvalId);
      else asks.delete(approvalId);
      if (name === 'approval.requested')
        turn(at, { ...stood, kind: 'asking' }, question === undefined ? `asks to ${words}` : `asks: ${words}`);
      else if (asks.size === 0) turn(at, stood);
    } else if (name === 'attempt.delayed') {
      const { error } = event.waiting as { error: { category?: string; message: string } };
      const kind = error.category === 'rate_limited' ? 'rate-limited' : 'retrying';
      turn(at, { ...stood, kind }, `${spanLabels[kind]} (${error.message})`);
    } else if (name === 'plan.phase_changed') {
      const { phase, state } = event.to as { phase: string; state: string };
      const hasResult = isSubplan && phase === 'execute' && state === 'complete';
      stood = { phase, kind: hasResult ? 'done' : spanKind(state) };
      turn(at, stood);
    } else if (name === 'plan.created' || isDelayed) {
      turn(at, stood);
    }
    if (stood.kind === 'done') {
      const last = spans.at(-1);
      if (last !== undefined) last.to = at;
    }
  }
  return spans.filter(({ kind }) => kind !== 'done');
}

export function spanKind(state: string): TimelineSpanKind {
  switch (state) {
    case 'queued':
      return 'queued';
    case 'processing':
      return 'working';
    case 'errored':
      return 'failed';
    case 'conflicted':
      return 'conflict';
    case 'paused':
      return 'paused';
    case 'applied':
    case 'cancelled':
      return 'done';
    default:
      return 'approval';
  }
}
