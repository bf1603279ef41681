import { once } from 'node:events';
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
    while (serving.clients() > 0 && !signal.aborted) await Promise.race([serving.change(), aborted(signal)]);
    const stirred = serving.change().then(() => true);
    const first = await Promise.race([stirred, aborted(signal), quiet(idleMs, signal)]);
    if (first !== true && (await plansAtWork(troupe)).length === 0) return;
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function quiet(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
