import { type Plan, type PlanRecord, TroupeError } from '../index.ts';

/**
 * Advances a plan towards a reviewed result, from the state of `record`. Does nothing when there is a result; resumes
 * a plan whose process ended.
 * @throws {TroupeError} LOCK_CONFLICT when it is already working, or another command came first
 */
export async function advancePlan(plan: Plan, record: PlanRecord): Promise<void> {
  const { phase, state } = record;
  if (phase === 'execute' && state === 'complete') return;
  if (phase === 'apply' && state !== 'processing') return;
  await plan.ifUnchangedSince(record).execute();
}

/** The same for a plan that may continue by itself between the read and the command. */
export async function advanceIfIdle(plan: Plan): Promise<void> {
  try {
    await advancePlan(plan, await plan.record());
  } catch (thrown) {
    TroupeError.assert(thrown, 'LOCK_CONFLICT');
  }
}
