import type { planMachine } from '../plan/plan.machine.ts';
import { childMachine } from './child.machine.ts';
import type { PlanLogic } from './child-setup.ts';
import { shardMachine } from './shard.machine.ts';
import { subplansMachine } from './subplans.machine.ts';

/**
 * Returns the group machine whose children are plans of this kind. A plan contains groups of plans, so its type
 * cannot refer to itself: the child machine declares only the input and output of a plan, and this function provides
 * the plan machine for it.
 */
export function bindPlanMachine(plan: typeof planMachine): typeof subplansMachine {
  const child = childMachine.provide({ actors: { plan: plan as unknown as PlanLogic } });
  return subplansMachine.provide({ actors: { shard: shardMachine.provide({ actors: { child } }) } });
}
