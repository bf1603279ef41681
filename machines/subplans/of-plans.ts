import type { planMachine } from '../plan/index.ts';
import { subplansMachine } from './index.ts';
import { memberMachine } from './member.ts';
import type { PlanLogic } from './member-setup.ts';
import { teamMachine } from './team.ts';

/**
 * The group chart whose members are plans of this kind. A plan has groups of plans, so its own type cannot say so: the
 * member only declares what goes into a plan and what comes out, and here the one stands in for the other.
 */
export function subplansOf(plan: typeof planMachine): typeof subplansMachine {
  const member = memberMachine.provide({ actors: { plan: plan as unknown as PlanLogic } });
  return subplansMachine.provide({ actors: { team: teamMachine.provide({ actors: { member } }) } });
}
