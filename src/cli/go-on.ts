import { Fault, type Plan, type Troupe } from '../index.ts';

/**
 * Brings a plan towards a reviewed result: whatever is next. Where there is one already it does nothing; a plan that is
 * at work goes on by itself, since its work is taken up when the store is opened for a command.
 */
export async function goOn(troupe: Troupe, plan: Plan): Promise<void> {
  const { phase, state } = await plan.record();
  if (state === 'processing') {
    await troupe.resume();
    return;
  }
  if (phase === 'apply' || (phase === 'execute' && state === 'complete')) return;
  try {
    await plan.execute();
  } catch (thrown) {
    // Between the look and the command it may have begun by itself.
    if (!Fault.is(thrown) || thrown.code !== 'LOCK_CONFLICT') throw thrown;
  }
}
