import { type SerializedError, TroupeError } from './errors.ts';
import type { Phase, PlanState } from './plan.ts';

/** Where a plan rests, and the error it rests with. */
export interface RestingState {
  phase: Phase;
  state: PlanState;
  error: SerializedError | null;
}

/**
 * The phase that a resting plan was refused: preflight failed or an invariant does not hold, so the plan stayed where it
 * was. null when no phase was refused.
 */
export function rejectedPhase({ phase, state, error }: RestingState): Phase | null {
  if (error === null) return null;
  if (state === 'queued' && phase === 'strategize') return 'strategize';
  if (state === 'complete') return phase === 'strategize' ? 'execute' : 'apply';
  return null;
}

/** @throws {TroupeError} why a plan that was told to start, resume or apply may not, once `Plan.started` has answered */
export function assertStarted(record: RestingState): void {
  const isRejected = rejectedPhase(record) !== null || record.state === 'paused';
  if (isRejected && record.error !== null) throw TroupeError.deserialize(record.error);
}
