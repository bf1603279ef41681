/** Plans that wait for a person, most urgent first. */

import { ascending } from '../../model/text-order.ts';
import type { PlanSummaries } from './plan-summaries.ts';
import type { ApprovalSummary, PlanSummary } from './plan-summary.ts';

/**
 * `tool-approval`: a tool call waits for approval; `refused`: preflight or an invariant rejected the next phase; `done`:
 * the result is ready to review and apply.
 */
export type AttentionKind =
  | 'tool-approval'
  | 'conflict'
  | 'refused'
  | 'failed'
  | 'constrained'
  | 'approval'
  | 'done'
  | 'paused';

/** A plan that waits for a person, and why. */
export interface AttentionItem {
  planId: string;
  kind: AttentionKind;
  goal: string;
  /** Start of the wait (ISO 8601). */
  since: string;
  availableCommands: string[];
}

const order: readonly AttentionKind[] = [
  'tool-approval',
  'conflict',
  'refused',
  'failed',
  'constrained',
  'approval',
  'done',
  'paused',
];

/** Returns the plans that wait for a person, most urgent first. */
export function attentionItems(plans: PlanSummaries): AttentionItem[] {
  return Object.values(plans)
    .flatMap(plan => {
      const kind = attentionKind(plan);
      return kind === null
        ? []
        : [{ planId: plan.planId, kind, goal: plan.goal, since: plan.since, availableCommands: commandsOf(plan) }];
    })
    .sort((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind) || (left.since < right.since ? -1 : 1));
}

/** Returns what a plan needs from a person; null when it continues by itself, is final, or its parent decides. */
export function attentionKind({ phase, state, resting, depth, approvals }: PlanSummary): AttentionKind | null {
  if (approvals.length > 0) return 'tool-approval';
  if (resting === null) return null;
  switch (state) {
    case 'conflicted':
      return 'conflict';
    case 'constrained':
      return 'constrained';
    case 'paused':
      return 'paused';
    case 'errored':
      return depth === 0 ? 'failed' : null;
    case 'complete':
      if (resting.error !== null) return 'refused';
      if (phase === 'execute') return depth === 0 ? 'done' : null;
      return 'approval';
    case 'queued':
      return resting.error === null ? 'approval' : 'refused';
    default:
      return null;
  }
}

const commandsOf = ({ resting }: PlanSummary) => resting?.availableCommands ?? [];

/** A tool call that waits for approval. */
export interface WaitingApproval extends ApprovalSummary {
  /** The plan that made the call. */
  planId: string;
  goal: string;
}

/**
 * Returns pending approvals of plans and their subplans, longest waiting first, by the id of each plan that has one
 * itself or below it.
 */
export function approvalsByPlan(plans: PlanSummaries): ReadonlyMap<string, readonly WaitingApproval[]> {
  const byPlan = new Map<string, WaitingApproval[]>();
  for (const { planId, goal, approvals } of Object.values(plans)) {
    const asks = approvals.map((asked): WaitingApproval => ({ ...asked, planId, goal }));
    if (asks.length === 0) continue;
    for (let id: string | null = planId; id !== null; id = plans[id]?.parentPlanId ?? null) {
      byPlan.set(id, [...(byPlan.get(id) ?? []), ...asks]);
    }
  }
  for (const asks of byPlan.values()) asks.sort(ascending(({ approvalId }) => approvalId));
  return byPlan;
}
