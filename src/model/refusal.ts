import { Fault, type StoredFault } from './fault.ts';
import type { Phase, PlanState } from './plan.ts';

/** Where a plan rests, and the error it rests with. */
export interface Refused {
  phase: Phase;
  state: PlanState;
  error: StoredFault | null;
}

/**
 * The phase that a resting plan was refused: preflight failed or an invariant does not hold, so the plan stayed where it
 * was. null when no phase was refused.
 */
export function refusedPhase({ phase, state, error }: Refused): Phase | null {
  if (error === null) return null;
  if (state === 'queued' && phase === 'strategize') return 'strategize';
  if (state === 'complete') return phase === 'strategize' ? 'execute' : 'apply';
  return null;
}

/** @throws {Fault} why a plan that was told to start, resume or apply may not, once `Plan.started` has answered */
export function assertStarted(record: Refused): void {
  const refused = refusedPhase(record) !== null || record.state === 'paused';
  if (refused && record.error !== null) throw Fault.revive(record.error);
}
