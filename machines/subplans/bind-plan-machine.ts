import type { planMachine } from '../plan/plan.machine.ts';
import { childMachine } from './child.machine.ts';
import type { PlanLogic } from './child-setup.ts';
import { shardMachine } from './shard.machine.ts';
import { subplansMachine } from './subplans.machine.ts';

/**
 * The group chart whose members are plans of this kind. A plan has groups of plans, so its own type cannot say so: the
 * member only declares what goes into a plan and what comes out, and here the one stands in for the other.
 */
export function bindPlanMachine(plan: typeof planMachine): typeof subplansMachine {
  const child = childMachine.provide({ actors: { plan: plan as unknown as PlanLogic } });
  return subplansMachine.provide({ actors: { shard: shardMachine.provide({ actors: { child } }) } });
}
