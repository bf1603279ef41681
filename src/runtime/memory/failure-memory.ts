/**
 * The project's memory of failures. One row for each kind, written in the batch of the event that reports it, so that
 * a crash neither loses nor duplicates one. Held in memory in addition to the store, which has one owner.
 */
import { defaultRevertGuidance } from '../../model/decision.ts';
import type { SerializedError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import { failureFingerprint } from '../../model/failure-fingerprint.ts';
import { entriesMax, FailurePattern, isPreventable, preventiveChecks, summarize } from '../../model/failure-pattern.ts';
import type { Phase } from '../../model/plan.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { keys } from '../records/keys.ts';

export interface FailureMemory {
  /** Returns the rows that an event adds to its batch. */
  rowsFor(event: PlanEvent): Operation[];
}

/** Maximum number of patterns; beyond that, the one not seen for longest is removed. */
const patternsMax = 100;
/** Maximum number of plans per pattern that are watched for a recovery. */
const openMax = 20;

export async function openFailureMemory(store: Store): Promise<FailureMemory> {
  const patterns = new Map<string, FailurePattern>();
  for await (const [, row] of store.entries(keys.patterns)) {
    // Skip rows that this version cannot read; they are removed in time.
    const { data } = FailurePattern.safeParse(row);
    if (data !== undefined) patterns.set(data.fingerprint, data);
  }

  const save = (pattern: FailurePattern): Operation => {
    patterns.set(pattern.fingerprint, pattern);
    return { type: 'put', key: keys.pattern(pattern.fingerprint), value: pattern };
  };
  const dropOldest = (): Operation[] => {
    if (patterns.size <= patternsMax) return [];
    const oldest = [...patterns.values()].reduce((left, right) => (right.lastAt < left.lastAt ? right : left));
    patterns.delete(oldest.fingerprint);
    return [{ type: 'del', key: keys.pattern(oldest.fingerprint) }];
  };
  const updateOpen = (planId: string, next: (pattern: FailurePattern) => FailurePattern | null): Operation[] =>
    [...patterns.values()]
      .filter(({ open }) => open.some(plan => plan.planId === planId))
      .flatMap(pattern => next(pattern) ?? [])
      .map(save);

  const recordFailure = (event: FailureEvent, error: SerializedError): Operation[] => {
    if (!isPreventable(error)) return [];
    return [save(withFailure(patterns.get(failureFingerprint(error)), event, error)), ...dropOldest()];
  };
  const recordGuidance = (planId: string, guidance: string): Operation[] =>
    updateOpen(planId, pattern => ({
      ...pattern,
      open: pattern.open.map(plan =>
        plan.planId === planId ? { planId, guidance: latest(plan.guidance, [summarize(guidance)], entriesMax) } : plan,
      ),
    }));
  /** The guidance since the failure helped, because the phase succeeded. */
  const recordRecovery = (planId: string, phase: Phase): Operation[] =>
    updateOpen(planId, pattern => {
      if (pattern.phase !== phase) return null;
      const guidance = pattern.open.find(plan => plan.planId === planId)?.guidance ?? [];
      const open = pattern.open.filter(plan => plan.planId !== planId);
      return { ...pattern, helped: latest(pattern.helped, guidance, entriesMax), open };
    });

  return {
    rowsFor(event) {
      switch (event.type) {
        case 'error.recorded':
          return recordFailure(event, event.error);
        case 'attempt.delayed':
          return recordFailure(event, event.waiting.error);
        case 'plan.prompted':
          return recordGuidance(event.planId, event.guidance);
        case 'decision.recorded':
          return event.decision.type === 'reversion' && event.decision.chosenOption !== defaultRevertGuidance
            ? recordGuidance(event.planId, event.decision.chosenOption)
            : [];
        case 'plan.phase_changed':
          return event.to.state === 'complete' ? recordRecovery(event.planId, event.to.phase) : [];
        default:
          return [];
      }
    },
  };
}

type FailureEvent = Pick<PlanEvent, 'planId' | 'at'> & { phase: Phase };

/** Returns the pattern with one more failure; a new one without a pattern before. */
function withFailure(
  before: FailurePattern | undefined,
  { planId, at, phase }: FailureEvent,
  error: SerializedError,
): FailurePattern {
  const { details: _, ...stored } = error;
  return {
    fingerprint: failureFingerprint(error),
    error: { ...stored, message: summarize(error.message), hints: [] },
    phase,
    times: (before?.times ?? 0) + 1,
    firstAt: before?.firstAt ?? at,
    lastAt: at,
    checks: preventiveChecks(error),
    helped: before?.helped ?? [],
    open: [...(before?.open ?? []).filter(plan => plan.planId !== planId), { planId, guidance: [] }].slice(-openMax),
  };
}

/** Returns the latest entries without duplicates. */
function latest(before: readonly string[], added: readonly string[], max: number): string[] {
  return [...new Set([...before.filter(text => !added.includes(text)), ...added])].slice(-max);
}
