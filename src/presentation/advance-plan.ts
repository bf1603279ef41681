import { type Plan, type PlanRecord, TroupeError } from '../index.ts';

/**
 * Brings a plan towards a reviewed result: whatever is next from where it was seen. Where there is a result already it
 * does nothing; a plan whose process ended is taken up.
 * @throws {TroupeError} LOCK_CONFLICT when it is at work already, or another command was faster
 */
export async function advancePlan(plan: Plan, record: PlanRecord): Promise<void> {
  const { phase, state } = record;
  if (phase === 'execute' && state === 'complete') return;
  if (phase === 'apply' && state !== 'processing') return;
  await plan.ifUnchangedSince(record).execute();
}

/** The same for a plan that may go on by itself between the look and the command. */
export async function advanceIfIdle(plan: Plan): Promise<void> {
  try {
    await advancePlan(plan, await plan.record());
  } catch (thrown) {
    if (!TroupeError.is(thrown) || thrown.code !== 'LOCK_CONFLICT') throw thrown;
  }
}
