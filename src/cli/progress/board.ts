import type { PlanEvent } from '../../index.ts';
import { cleanLine } from '../clean.ts';

/** One plan as progress shows it. */
export interface Row {
  planId: string;
  parentPlanId: string | null;
  goal: string;
  phase: string;
  state: string;
  /** When it began what it is doing now, in milliseconds since the epoch. */
  since: number;
  /** When it was first at work; null while it has not been. */
  begun: number | null;
  /** What it said last. */
  note: string;
  /** Calls that wait for a person, in words, by the ids of the questions. */
  asks: ReadonlyMap<string, string>;
}

/** All plans of one run, in the order they were made. */
export type Board = Map<string, Row>;

/** Takes one event into the board. Events of plans the board has not met are about plans made before it looked. */
export function absorb(board: Board, event: PlanEvent): void {
  if (event.type === 'plan.created') {
    board.set(event.planId, {
      planId: event.planId,
      parentPlanId: event.spec.parentPlanId,
      goal: cleanLine(event.spec.description),
      phase: 'strategize',
      state: 'queued',
      since: Date.parse(event.at),
      begun: null,
      note: '',
      asks: new Map(),
    });
    return;
  }
  const row = board.get(event.planId);
  if (row === undefined) return;
  if (event.type === 'plan.phase_changed') {
    const since = Date.parse(event.at);
    const begun = event.to.state === 'processing' ? (row.begun ?? since) : row.begun;
    Object.assign(row, { ...event.to, since, begun, note: '' });
  } else if (event.type === 'approval.asked') {
    row.asks = new Map(row.asks).set(event.approval.approvalId, cleanLine(event.approval.words));
  } else if (event.type === 'approval.answered') {
    row.asks = new Map([...row.asks].filter(([id]) => id !== event.approval.approvalId));
  } else if (event.type === 'step.progressed') {
    row.note = cleanLine(event.message);
  }
}

/** Plans at work now. */
export function running(board: Board): Row[] {
  return [...board.values()].filter(({ state }) => state === 'processing');
}

/** What a plan is called in a line: its goal, or the end of its id when the goal is not known. */
export function nameOf(board: Board, planId: string): string {
  return board.get(planId)?.goal ?? planId.slice(-8);
}
