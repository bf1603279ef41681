/** What still holds of a plan's journal after the plan was taken back, perhaps several times, perhaps forth again. */
import type { PlanEvent } from './event.ts';

/** A plan taken back: places are positions in the journal. */
export interface Rollback {
  /** Where it was recorded. */
  at: number;
  /** The checkpoint it led to. */
  to: number;
  /** The decision that says so. */
  decisionId: string;
}

/** A position in the journal, from the text that facts carry. */
export const sequenceOf = ({ seq }: { seq: string }): number => Number.parseInt(seq, 36);

/**
 * The stretches of the journal that hold as seen from `upTo`, newest first, both ends included. Seen from a rollback,
 * nothing between it and its checkpoint is there; going back to a checkpoint from before an earlier rollback brings
 * back what that one had taken away.
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

/** Which rollback took away what was recorded there; null when it holds. */
export function rollbackThatUndid(rollbacks: readonly Rollback[], position: number): Rollback | null {
  if (contains(effectiveRanges(rollbacks), position)) return null;
  const since = rollbacks.filter(({ at }) => at > position);
  return since.find(({ at }) => !contains(effectiveRanges(rollbacks, at), position)) ?? null;
}

/** What of a journal holds as seen from a position, oldest first. */
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

/**
 * The calls that the execution agent had made of its work at a position: those since it began, and, when it began from a
 * checkpoint, those it had made by then.
 */
export function callsUpTo(journal: readonly PlanEvent[], upTo: number): JournaledCall[] {
  const before = effectiveEvents(journal, upTo);
  const start = before.findLastIndex(isExecutionStart);
  const calls = before
    .slice(start + 1)
    .flatMap(event => (event.type === 'tool.called' && event.role === 'execution' ? [event] : []))
    .map(({ call, decisions }) => ({ call, decisions }));
  const restart = before.slice(0, Math.max(start, 0)).findLast(event => isRollback(event) || isNewAttempt(event));
  return restart?.type === 'plan.rolled_back' ? [...callsUpTo(journal, restart.sequence), ...calls] : calls;
}

/** Execute begins its work; a settled conflict only goes on with it. */
const isExecutionStart = (event: PlanEvent) =>
  event.type === 'plan.phase_changed' &&
  event.to.phase === 'execute' &&
  event.to.state === 'processing' &&
  event.from.state !== 'conflicted';

const isRollback = (event: PlanEvent) => event.type === 'plan.rolled_back';
const isNewAttempt = (event: PlanEvent) => event.type === 'plan.phase_changed' && event.to.phase === 'strategize';
