import { Fault, type Plan, type Troupe } from '../index.ts';

/** Lets a plan do what is next. One that is at work already goes on by itself: to have opened the store took it up. */
export async function goOn(troupe: Troupe, plan: Plan): Promise<void> {
  try {
    await plan.execute();
  } catch (thrown) {
    if (!Fault.is(thrown) || thrown.code !== 'LOCK_CONFLICT') throw thrown;
    await troupe.resume();
  }
}
