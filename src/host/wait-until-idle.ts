import type { PlanRecord } from '../model/plan.ts';
import type { Troupe } from '../runtime/api.ts';
import { isRunning } from '../runtime/plans/plan-status.ts';
import type { OwnerServer } from './server.ts';

/** Returns root plans that continue by themselves. */
export async function runningPlans(troupe: Troupe): Promise<PlanRecord[]> {
  return (await troupe.list()).filter(isRunning);
}

/** Resolves when no plan is working and no client was connected for `idleMs`, or the signal aborts. */
export async function waitUntilOwnerIdle(options: {
  troupe: Troupe;
  serving: Pick<OwnerServer, 'clients' | 'change'>;
  idleMs: number;
  signal: AbortSignal;
}): Promise<void> {
  const { troupe, serving, idleMs, signal } = options;
  while (!signal.aborted) {
    for (const { planId } of await runningPlans(troupe)) await (await troupe.get(planId)).waitUntilIdle({ signal });
    while (serving.clients() > 0 && !signal.aborted) await waitForChange(serving.change(), { signal });
    const changed = await waitForChange(serving.change(), { signal, ms: idleMs });
    if (!changed && (await runningPlans(troupe)).length === 0) return;
  }
}

/** Resolves with true after the change, or with false after the abort or the timeout; removes its listeners. */
async function waitForChange(
  change: Promise<void>,
  { signal, ms }: { signal: AbortSignal; ms?: number },
): Promise<boolean> {
  let expire = () => {};
  const expired = new Promise<boolean>(resolve => {
    expire = () => resolve(false);
  });
  const timer = ms === undefined ? undefined : setTimeout(expire, ms);
  signal.addEventListener('abort', expire);
  try {
    return await Promise.race([signal.aborted ? false : expired, change.then(() => true)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', expire);
  }
}
