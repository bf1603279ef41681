/**
 * Determines which events of a plan's journal are in effect after rollbacks, also repeated ones and rollbacks to a
 * later state.
 */
import type { PlanEvent } from './event.ts';

/** Returning a plan to a checkpoint. Positions are positions in the journal. */
export interface Rollback {
  /** Position at which it was recorded. */
  at: number;
  /** Position of its checkpoint. */
  to: number;
  /** The decision that records it. */
  decisionId: string;
}

/** Returns an event's position in the journal, from its text form. */
export const sequenceOf = ({ seq }: { seq: string }): number => Number.parseInt(seq, 36);

/**
 * Returns the ranges of the journal that are in effect at `upTo`, newest first, both ends included. A rollback hides
 * everything between it and its checkpoint; a rollback to a checkpoint from before an earlier rollback restores what
 * that one had hidden.
 */
export function effectiveRanges(rollbacks: readonly Rollback[], upTo = Number.POSITIVE_INFINITY): [number, number][] {
  const ranges: [number, number][] = [];
  let end = upTo;
  for (const { at, to } of [...rollbacks].sort((left, right) => right.at - left.at)) {
    if (at > end) continue;
    ranges.push([at, end]);
    end = to;
  }
  ranges.push([0, end]);
  return ranges;
}

const contains = (ranges: readonly [number, number][], position: number) =>
  ranges.some(([from, to]) => position >= from && position <= to);

/** Returns the rollback that hid a position; null when it is in effect. */
export function rollbackThatUndid(rollbacks: readonly Rollback[], position: number): Rollback | null {
  if (contains(effectiveRanges(rollbacks), position)) return null;
  const since = rollbacks.filter(({ at }) => at > position);
  return since.find(({ at }) => !contains(effectiveRanges(rollbacks, at), position)) ?? null;
}

/** Returns the events of a journal that are in effect at a position, oldest first. */
export function effectiveEvents(journal: readonly PlanEvent[], upTo = Number.POSITIVE_INFINITY): PlanEvent[] {
  const ranges = effectiveRanges(rollbacksIn(journal), upTo);
  return journal.filter(event => contains(ranges, sequenceOf(event)));
}

export function rollbacksIn(journal: readonly PlanEvent[]): Rollback[] {
  return journal.flatMap(event =>
    event.type === 'plan.rolled_back'
      ? [{ at: sequenceOf(event), to: event.sequence, decisionId: event.decisionId }]
      : [],
  );
}

export type JournaledCall = Pick<Extract<PlanEvent, { type: 'tool.called' }>, 'call' | 'decisions'>;

/** The calls of an agent, and the results of its requests, by name. */
export interface JournaledWork {
  calls: JournaledCall[];
  results: Map<string, unknown>;
}

/** Returns the execution agent's work in effect at a position in the journal. */
export function workUpTo(journal: readonly PlanEvent[], upTo: number): JournaledWork {
  const work: JournaledWork = { calls: [], results: new Map() };
  for (const event of executionEvents(journal, upTo)) {
    if (event.type === 'tool.called') work.calls.push({ call: event.call, decisions: event.decisions });
    if (event.type === 'result.recorded') work.results.set(event.name, event.result);
  }
  return work;
}

/** Those since the agent started, and, when it started from a checkpoint, those up to there. */
function executionEvents(journal: readonly PlanEvent[], upTo: number): PlanEvent[] {
  const before = effectiveEvents(journal, upTo);
  const start = before.findLastIndex(isExecutionStart);
  const since = before.slice(start + 1).filter(event => 'role' in event && event.role === 'execution');
  const restart = before.slice(0, Math.max(start, 0)).findLast(event => isRollback(event) || isNewAttempt(event));
  return restart?.type === 'plan.rolled_back' ? [...executionEvents(journal, restart.sequence), ...since] : since;
}

/** Execute starts its work here; a resolved conflict only continues it. */
const isExecutionStart = (event: PlanEvent) =>
  event.type === 'plan.phase_changed' &&
  event.to.phase === 'execute' &&
  event.to.state === 'processing' &&
  event.from.state !== 'conflicted';

const isRollback = (event: PlanEvent) => event.type === 'plan.rolled_back';
const isNewAttempt = (event: PlanEvent) => event.type === 'plan.phase_changed' && event.to.phase === 'strategize';
