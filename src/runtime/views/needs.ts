/** What waits for a person, most pressing first. */
import type { Asked, PlanLine } from './plan-line.ts';
import type { Plans } from './plans.ts';

/**
 * `consent`: a tool call waits for a yes; `refused`: preflight or an invariant refused the next phase; `done`: the result is
 * ready to review and apply.
 */
export type NeedKind = 'consent' | 'conflict' | 'refused' | 'failed' | 'constrained' | 'approval' | 'done' | 'paused';

export interface Need {
  planId: string;
  kind: NeedKind;
  goal: string;
  /** Since when (ISO 8601). */
  since: string;
  ways: string[];
}

const order: readonly NeedKind[] = [
  'consent',
  'conflict',
  'refused',
  'failed',
  'constrained',
  'approval',
  'done',
  'paused',
];

export function needsOf(plans: Plans): Need[] {
  return Object.values(plans)
    .flatMap(line => {
      const kind = needOf(line);
      return kind === null
        ? []
        : [{ planId: line.planId, kind, goal: line.goal, since: line.since, ways: waysOf(line) }];
    })
    .sort((left, right) => order.indexOf(left.kind) - order.indexOf(right.kind) || (left.since < right.since ? -1 : 1));
}

/** What a plan needs of a person; null when it goes on without one, is over, or is its parent's to decide about. */
export function needOf({ phase, state, rest, depth, approvals }: PlanLine): NeedKind | null {
  if (approvals.length > 0) return 'consent';
  if (rest === null) return null;
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
      if (rest.error !== null) return 'refused';
      if (phase === 'execute') return depth === 0 ? 'done' : null;
      return 'approval';
    case 'queued':
      return rest.error === null ? 'approval' : 'refused';
    default:
      return null;
  }
}

const waysOf = ({ rest }: PlanLine) => rest?.ways ?? [];

/** A call of a tool that waits for a person. */
export interface Ask extends Asked {
  /** The plan that asks. */
  planId: string;
  goal: string;
}

/** What plans and all below them ask, the longest waiting first, by the id of each plan that asks or has one below it that does. */
export function asksOf(plans: Plans): ReadonlyMap<string, readonly Ask[]> {
  const found = new Map<string, Ask[]>();
  for (const { planId, goal, approvals } of Object.values(plans)) {
    const asks = approvals.map((asked): Ask => ({ ...asked, planId, goal }));
    if (asks.length === 0) continue;
    for (let at: string | null = planId; at !== null; at = plans[at]?.parentPlanId ?? null) {
      found.set(at, [...(found.get(at) ?? []), ...asks]);
    }
  }
  for (const asks of found.values()) asks.sort((left, right) => (left.approvalId < right.approvalId ? -1 : 1));
  return found;
}
