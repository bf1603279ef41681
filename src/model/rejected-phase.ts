import { type SerializedError, TroupeError } from './errors.ts';
import type { Phase, PlanState } from './plan.ts';

/** The state of a plan that waits for a person, and its error. */
export interface RestingState {
  phase: Phase;
  state: PlanState;
  error: SerializedError | null;
}

/**
 * Returns the phase that a waiting plan was refused: preflight failed or an invariant is violated, so its state is
 * unchanged. null when no phase was refused.
 */
export function rejectedPhase({ phase, state, error }: RestingState): Phase | null {
  if (error === null) return null;
  if (state === 'queued' && phase === 'strategize') return 'strategize';
  if (state === 'complete') return phase === 'strategize' ? 'execute' : 'apply';
  return null;
}

/** @throws {TroupeError} why a plan may not start, resume or apply, once `Plan.started` has resolved */
export function assertStarted(record: RestingState): void {
  const isRejected = rejectedPhase(record) !== null || record.state === 'paused';
  if (isRejected && record.error !== null) throw TroupeError.deserialize(record.error);
}
