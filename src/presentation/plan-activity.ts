import type { PlanEvent } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';

/** One plan as progress shows it. */
export interface PlanActivity {
  planId: string;
  parentPlanId: string | null;
  goal: string;
  phase: string;
  state: string;
  /** When it began what it is doing now, in milliseconds since the epoch. */
  stateSince: number;
  /** When it was first at work; null while it has not been. */
  startedAt: number | null;
  /** What it said last. */
  note: string;
  /** Calls that wait for a person, in words, by the ids of the questions. */
  approvals: ReadonlyMap<string, string>;
}

/** All plans of one run, in the order they were made. */
export type ActivityByPlan = Map<string, PlanActivity>;

/** Takes one event into the board. Events of plans the board has not met are about plans made before it looked. */
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

/** Plans at work now. */
export function processingPlans(board: ActivityByPlan): PlanActivity[] {
  return [...board.values()].filter(({ state }) => state === 'processing');
}

/** What a plan is called in a line: its goal, or the end of its id when the goal is not known. */
export function planLabel(board: ActivityByPlan, planId: string): string {
  return board.get(planId)?.goal ?? planId.slice(-8);
}
