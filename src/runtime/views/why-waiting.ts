/** Why a plan that is not over does nothing now. */
import type { Decision } from '../../model/decision.ts';
import type { Queue } from '../../model/queue.ts';
import { type NeedKind, needOf } from './needs.ts';
import type { PlanLine } from './plan-line.ts';
import type { Subplans } from './subplans.ts';

export type WhyWaiting =
  /** For a person; what they are to do. */
  | { for: 'person'; need: NeedKind }
  /** For a rate limit to be lifted, or before it tries again; until when (ISO 8601). */
  | { for: 'limit' | 'retry'; until: string; message: string }
  /** For siblings that must complete first, by their ids. */
  | { for: 'siblings'; planIds: string[] }
  /** For room among agents at work. */
  | { for: 'agents'; queue: Queue }
  /** For a slot: as many plans work at the same time as may. */
  | { for: 'turn' }
  /** For its children. */
  | { for: 'children'; running: number; pending: number };

export interface WaitingFacts {
  /** Milliseconds since the epoch. */
  now: number;
  subplans: Subplans;
  /** The plan's own children. */
  children: readonly PlanLine[];
  /** Spawn decisions of its parent, where they are known. */
  spawns?: readonly Decision[];
}

/** null when it is at work itself, or over. */
export function whyWaiting(line: PlanLine, facts: WaitingFacts): WhyWaiting | null {
  const need = needOf(line);
  if (need !== null) return { for: 'person', need };
  const { waiting, state } = line;
  if (waiting !== null && Date.parse(waiting.until) > facts.now) {
    const { fault, until } = waiting;
    return { for: fault.category === 'rate_limited' ? 'limit' : 'retry', until, message: fault.message };
  }
  if (line.queue !== null) return { for: 'agents', queue: line.queue };
  if (line.wantsSlot) return { for: 'turn' };
  if (state === 'queued') {
    const planIds = siblingsBefore(line, facts);
    return planIds.length > 0 ? { for: 'siblings', planIds } : { for: 'turn' };
  }
  if (state !== 'processing') return null;
  const count = (wanted: 'running' | 'pending') =>
    facts.children.filter(({ planId }) => facts.subplans[planId]?.state === wanted).length;
  const [running, pending] = [count('running'), count('pending')];
  return running + pending > 0 ? { for: 'children', running, pending } : null;
}

function siblingsBefore({ spawnDecisionId }: PlanLine, { spawns = [], subplans }: WaitingFacts): string[] {
  const own = spawns.find(({ decisionId }) => decisionId === spawnDecisionId);
  const before = new Set(Array.isArray(own?.payload.dependencies) ? own.payload.dependencies.map(String) : []);
  return Object.values(subplans).flatMap(({ planId, decisionId, state }) =>
    before.has(decisionId) && state !== 'complete' ? [planId] : [],
  );
}
