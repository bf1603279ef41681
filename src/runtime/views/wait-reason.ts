/** Why an unfinished plan is not working now. */

import type { AgentQueuePosition } from '../../model/agent-queue.ts';
import type { Decision } from '../../model/decision.ts';
import { type AttentionKind, attentionKind } from './attention.ts';
import type { PlanSummary } from './plan-summary.ts';
import type { SubplanStatuses } from './subplan-statuses.ts';

/** Why an unfinished plan is not working now. */
export type WaitReason =
  /** For a person; what they have to do. */
  | { for: 'person'; need: AttentionKind }
  /** For the end of a rate limit, or before a retry; until when (ISO 8601). */
  | { for: 'limit' | 'retry'; until: string; message: string }
  /** For siblings that must complete first, by their ids. */
  | { for: 'siblings'; planIds: string[] }
  /** For an agent slot. */
  | { for: 'agents'; queue: AgentQueuePosition }
  /** For an execution slot: the maximum number of plans is already working. */
  | { for: 'turn' }
  /** For its children. */
  | { for: 'children'; running: number; pending: number };

export interface WaitContext {
  /** Milliseconds since the epoch. */
  now: number;
  subplans: SubplanStatuses;
  /** The plan's own children. */
  children: readonly PlanSummary[];
  /** Spawn decisions of its parent, where they are known. */
  spawns?: readonly Decision[];
}

/** null when it is working itself, or final. */
export function waitReason(plan: PlanSummary, context: WaitContext): WaitReason | null {
  const attention = attentionKind(plan);
  if (attention !== null) return { for: 'person', need: attention };
  const { waiting, state } = plan;
  if (waiting !== null && Date.parse(waiting.until) > context.now) {
    const { error, until } = waiting;
    return { for: error.category === 'rate_limited' ? 'limit' : 'retry', until, message: error.message };
  }
  if (plan.queue !== null) return { for: 'agents', queue: plan.queue };
  if (plan.wantsSlot) return { for: 'turn' };
  if (state === 'queued') {
    const planIds = siblingsBefore(plan, context);
    return planIds.length > 0 ? { for: 'siblings', planIds } : { for: 'turn' };
  }
  if (state !== 'processing') return null;
  const count = (wanted: 'running' | 'pending') =>
    context.children.filter(({ planId }) => context.subplans[planId]?.state === wanted).length;
  const [running, pending] = [count('running'), count('pending')];
  return running + pending > 0 ? { for: 'children', running, pending } : null;
}

function siblingsBefore({ spawnDecisionId }: PlanSummary, { spawns = [], subplans }: WaitContext): string[] {
  const own = spawns.find(({ decisionId }) => decisionId === spawnDecisionId);
  const before = new Set(Array.isArray(own?.payload.dependencies) ? own.payload.dependencies.map(String) : []);
  return Object.values(subplans).flatMap(({ planId, decisionId, state }) =>
    before.has(decisionId) && state !== 'complete' ? [planId] : [],
  );
}
