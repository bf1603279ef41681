/** What waits for a person, most pressing first. */
import type { PlanLine } from './plan-line.ts';
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
