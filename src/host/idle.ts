import type { PlanRecord } from '../model/plan.ts';
import type { Troupe } from '../runtime/api.ts';
import { isAtWork } from '../runtime/ended.ts';
import type { Serving } from './serve.ts';

/** Root plans that go on by themselves. */
export async function plansAtWork(troupe: Troupe): Promise<PlanRecord[]> {
  return (await troupe.plans()).filter(isAtWork);
}

/** Until nothing is left to do and nobody has been attached for `idleMs`, or the signal aborts. */
export async function idle(options: {
  troupe: Troupe;
  serving: Pick<Serving, 'clients' | 'change'>;
  idleMs: number;
  signal: AbortSignal;
}): Promise<void> {
  const { troupe, serving, idleMs, signal } = options;
  while (!signal.aborted) {
    for (const { planId } of await plansAtWork(troupe)) await (await troupe.plan(planId)).settled({ signal });
    while (serving.clients() > 0 && !signal.aborted) await rest(serving.change(), { signal });
    const stirred = await rest(serving.change(), { signal, ms: idleMs });
    if (!stirred && (await plansAtWork(troupe)).length === 0) return;
  }
}

/** Until the change, which is true, or until the abort or the time is over; it leaves nothing on the signal. */
async function rest(change: Promise<void>, { signal, ms }: { signal: AbortSignal; ms?: number }): Promise<boolean> {
  let over = () => {};
  const ended = new Promise<boolean>(resolve => {
    over = () => resolve(false);
  });
  const timer = ms === undefined ? undefined : setTimeout(over, ms);
  signal.addEventListener('abort', over);
  try {
    return await Promise.race([signal.aborted ? false : ended, change.then(() => true)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', over);
  }
}
