import type { EffectContext } from '../src/durable/effect.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import type { World } from './world.ts';

/** A plan that waited has given its slot back: what it waited for is there, and its agent goes on when it has one again. */
export async function slotFor(world: World, context: EffectContext<unknown>, { planId }: PlanSpec): Promise<void> {
  let waited = false;
  await world.slots.admitted(planId, {
    signal: context.signal,
    waits() {
      waited = true;
      return context.tell([{ type: 'slot.awaited' }]);
    },
  });
  if (waited) await context.tell([{ type: 'slot.taken' }]);
}
