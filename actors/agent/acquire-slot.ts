import type { EffectContext } from '../../src/durable/effect.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { EffectServices } from '../services.ts';

/** A plan that waited has released its slot: its agent continues when the plan has one again. */
export async function acquireSlot(
  services: EffectServices,
  context: EffectContext<unknown>,
  { planId }: PlanSpec,
): Promise<void> {
  let waited = false;
  await services.slots.waitForSlot(planId, {
    signal: context.signal,
    onWait() {
      waited = true;
      return context.sendToParent([{ type: 'slot.queued' }]);
    },
  });
  if (waited) await context.sendToParent([{ type: 'slot.acquired' }]);
}
