/** What waits for a person, and how many of what there are: what a page says first. */
import type { PlanItem } from '../book/item.ts';
import { kindOf, type SpanKind } from './lanes.ts';

export interface Need {
  planId: string;
  kind: 'conflict' | 'failed' | 'approval' | 'paused';
  goal: string;
  /** What is the matter, in a sentence. */
  why: string;
  /** Commands to type. */
  hints: string[];
}

const rank = { conflict: 0, failed: 1, approval: 2, paused: 3 } as const;

/** The most urgent first; of children only what their parent cannot settle. */
export function needsOf(plans: Iterable<PlanItem>): Need[] {
  const needs: Need[] = [];
  for (const plan of plans) {
    const kind = kindOf(plan.state);
    // A profile may go on from here by itself; from everything else only a person does.
    if (kind === 'approval' && !plan.resting) continue;
    if (kind !== 'conflict' && kind !== 'failed' && kind !== 'approval' && kind !== 'paused') continue;
    if (plan.depth > 0 && kind !== 'conflict') continue;
    needs.push({ planId: plan.planId, kind, goal: plan.goal, why: whyOf(plan, kind), hints: hintsOf(plan) });
  }
  return needs.sort((left, right) => rank[left.kind] - rank[right.kind]);
}

function whyOf(plan: PlanItem, kind: Need['kind']): string {
  switch (kind) {
    case 'conflict':
      return `${plan.openConflicts} ${plan.openConflicts === 1 ? 'conflict is' : 'conflicts are'} open`;
    case 'failed':
      return plan.error?.message ?? `${plan.phase} failed`;
    case 'paused':
      return 'It was paused';
    case 'approval':
      if (plan.state === 'constrained') return plan.error?.message ?? 'A required check bars the way to Apply';
      if (plan.phase === 'strategize') return 'Its strategy is there: look at the decisions, then execute';
      return `Its result is there: ${plan.files} ${plan.files === 1 ? 'file' : 'files'} to look at, then apply`;
  }
}

function hintsOf({ error, ways, planId }: PlanItem): string[] {
  const onward = Object.entries(commands(planId.slice(-8))).flatMap(([way, command]) =>
    ways.includes(way) ? [command] : [],
  );
  return [...new Set([...(error?.hints ?? []), ...onward])].slice(0, 3);
}

const commands = (id: string) => ({
  execute: `troupe plan execute ${id}`,
  apply: `troupe plan apply ${id}`,
  resume: `troupe plan resume ${id}`,
  revert: `troupe plan revert ${id}`,
  cancel: `troupe plan cancel ${id}`,
});

/** How many plans stand where; subplans too. */
export function countsOf(
  plans: Iterable<PlanItem>,
): Record<SpanKind | 'applied' | 'cancelled' | 'rate-limited', number> {
  const counts = {
    queued: 0,
    working: 0,
    retrying: 0,
    'rate-limited': 0,
    approval: 0,
    conflict: 0,
    failed: 0,
    paused: 0,
    done: 0,
    applied: 0,
    cancelled: 0,
  };
  for (const plan of plans) {
    const kind = kindOf(plan.state);
    if (plan.state === 'applied' || plan.state === 'cancelled') counts[plan.state] += 1;
    else if (kind === 'working' && plan.waiting !== null) {
      counts[plan.waiting.category === 'rate_limited' ? 'rate-limited' : 'retrying'] += 1;
    } else if (kind === 'approval' && plan.depth > 0) counts.done += 1;
    else counts[kind] += 1;
  }
  return counts;
}
