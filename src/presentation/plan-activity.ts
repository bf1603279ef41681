import type { PlanEvent } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';

/** One plan as progress output shows it. */
export interface PlanActivity {
  planId: string;
  parentPlanId: string | null;
  goal: string;
  phase: string;
  state: string;
  /** Start of its current activity, in milliseconds since the epoch. */
  stateSince: number;
  /** Start of its first work, in milliseconds since the epoch; null before that. */
  startedAt: number | null;
  /** Its latest note. */
  note: string;
  /** Pending approvals as text, by id. */
  approvals: ReadonlyMap<string, string>;
}

/** All plans of one run, in the order of creation. */
export type ActivityByPlan = Map<string, PlanActivity>;

/** Applies one event. Events of unknown plans concern plans created before the board. */
export function applyEvent(board: ActivityByPlan, event: PlanEvent): void {
  if (event.type === 'plan.created') {
    board.set(event.planId, {
      planId: event.planId,
      parentPlanId: event.spec.parentPlanId,
      goal: sanitizeLine(event.spec.description),
      phase: 'strategize',
      state: 'queued',
      stateSince: Date.parse(event.at),
      startedAt: null,
      note: '',
      approvals: new Map(),
    });
    return;
  }
  const row = board.get(event.planId);
  if (row === undefined) return;
  if (event.type === 'plan.phase_changed') {
    const since = Date.parse(event.at);
    const begun = event.to.state === 'processing' ? (row.startedAt ?? since) : row.startedAt;
    Object.assign(row, { ...event.to, stateSince: since, startedAt: begun, note: '' });
  } else if (event.type === 'approval.requested') {
    row.approvals = new Map(row.approvals).set(event.approval.approvalId, sanitizeLine(event.approval.words));
  } else if (event.type === 'approval.answered') {
    row.approvals = new Map([...row.approvals].filter(([id]) => id !== event.approval.approvalId));
  } else if (event.type === 'step.progressed') {
    row.note = sanitizeLine(event.message);
  }
}

/** Returns the plans that are working now. */
export function processingPlans(board: ActivityByPlan): PlanActivity[] {
  return [...board.values()].filter(({ state }) => state === 'processing');
}

/** Returns a plan's label: its goal, or the end of its id when the goal is unknown. */
export function planLabel(board: ActivityByPlan, planId: string): string {
  return board.get(planId)?.goal ?? planId.slice(-8);
}
