import { type LogLine, type PlanEvent, planTitle } from '../index.ts';
import { sanitizeLine } from './sanitize.ts';
import { formatDollars } from './units.ts';

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
  /** Its latest note: what its agent is doing, or what its step reports. */
  note: string;
  /** What its own agents reported so far; null: nothing yet. */
  tokens: number | null;
  usd: number | null;
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
      goal: sanitizeLine(planTitle(event.spec)),
      phase: 'strategize',
      state: 'queued',
      stateSince: Date.parse(event.at),
      startedAt: null,
      note: '',
      tokens: null,
      usd: null,
      approvals: new Map(),
    });
    return;
  }
  const row = board.get(event.planId);
  if (row === undefined) return;
  if (event.type === 'plan.phase_changed') {
    const since = Date.parse(event.at);
    const startedAt = event.to.state === 'processing' ? (row.startedAt ?? since) : row.startedAt;
    Object.assign(row, { ...event.to, stateSince: since, startedAt: startedAt, note: '' });
  } else if (event.type === 'approval.requested') {
    row.approvals = new Map(row.approvals).set(event.approval.approvalId, sanitizeLine(event.approval.words));
  } else if (event.type === 'approval.answered') {
    row.approvals = new Map([...row.approvals].filter(([id]) => id !== event.approval.approvalId));
  } else if (event.type === 'step.progressed') {
    row.note = sanitizeLine(event.message);
  } else if (event.type === 'usage.recorded') {
    const { tokens, usd } = event.usage;
    if (tokens !== undefined) row.tokens = (row.tokens ?? 0) + tokens;
    if (usd !== undefined) row.usd = (row.usd ?? 0) + usd;
  }
}

/** Steps of the log in which an agent says what it does; those of checks and of set-up are shown by their events. */
export const agentSteps: readonly string[] = ['strategize', 'execute', 'fix', 'estimate', 'resolve', 'review', 'apply'];

/** Applies one line of the log of an agent at work: what it says or does is the note of its plan. */
export function applyLogLine(board: ActivityByPlan, { planId, step, text }: LogLine): void {
  const row = board.get(planId);
  // What an agent prints for programs to read says nothing to people.
  if (row?.state !== 'processing' || !agentSteps.includes(step) || /^\s*(?:[{[]|session |$)/.test(text)) return;
  row.note = sanitizeLine(text).trim();
}

/** Formats `3,100 tokens · 0.02 USD`: what these plans used, as far as their agents said; empty where none did. */
export function activityUsage(rows: Iterable<Pick<PlanActivity, 'tokens' | 'usd'>>): string {
  const all = [...rows];
  const sum = (key: 'tokens' | 'usd') => {
    const known = all.flatMap(row => row[key] ?? []);
    return known.length === 0 ? null : known.reduce((total, each) => total + each, 0);
  };
  const [tokens, usd] = [sum('tokens'), sum('usd')];
  return [
    ...(tokens === null ? [] : [`${tokens.toLocaleString('en-US')} tokens`]),
    ...(usd === null ? [] : [`${formatDollars(usd)} USD`]),
  ].join(' · ');
}

/** Returns the plans that are working now. */
export function processingPlans(board: ActivityByPlan): PlanActivity[] {
  return [...board.values()].filter(({ state }) => state === 'processing');
}

/** Returns a plan's label: its goal, or the end of its id when the goal is unknown. */
export function planLabel(board: ActivityByPlan, planId: string): string {
  return board.get(planId)?.goal ?? planId.slice(-8);
}
