import { Fault, type Plan, type PlanRecord } from '../index.ts';

/**
 * Brings a plan towards a reviewed result: whatever is next from where it was seen. Where there is a result already it
 * does nothing; a plan whose process ended is taken up.
 * @throws {Fault} LOCK_CONFLICT when it is at work already, or another command was faster
 */
export async function goOn(plan: Plan, seen: PlanRecord): Promise<void> {
  const { phase, state } = seen;
  if (phase === 'execute' && state === 'complete') return;
  if (phase === 'apply' && state !== 'processing') return;
  await plan.asSeen(seen).execute();
}

/** The same for a plan that may go on by itself between the look and the command. */
export async function seeThrough(plan: Plan): Promise<void> {
  try {
    await goOn(plan, await plan.record());
  } catch (thrown) {
    if (!Fault.is(thrown) || thrown.code !== 'LOCK_CONFLICT') throw thrown;
  }
}
