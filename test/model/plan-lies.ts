/** Ways to break the plan chart on purpose. */
import { type PlanContext, planMachine } from '../../machines/index.ts';
import { altered } from './altered.ts';
import { type PlanWorld, planWorld } from './plan-world.ts';
import type { SeededFault } from './theorem.ts';

type Plan = typeof planMachine;

/** Turns are asked for and freed beside the chart: a plan on its own has nobody to ask. */
export const quiet = planMachine.provide({ actions: { tellParent: () => {} } });
/** The commands that lead a plan on. */
export const onward = ['start', 'execute', 'apply', 'approve'];

type Lie = ({ context }: { context: PlanContext }, params: never) => boolean;
export const yes: Lie = () => true;
export const no: Lie = () => false;

/** With a guard that always says the same, or something else than it should. */
export function lying(guard: string, lie: Lie, { commands = [], ...world }: PlanWorld = {}): SeededFault<Plan> {
  return {
    guard,
    machine: quiet.provide({ guards: { [guard]: lie } }),
    world: planWorld({ ...world, commands: [...onward, ...commands] }),
  };
}

/** With its configuration changed. */
export function changed(
  guard: string,
  edit: (config: Record<string, unknown>) => Record<string, unknown>,
  world: PlanWorld,
): SeededFault<Plan> {
  return { guard, machine: altered(quiet, edit), world: planWorld(world) };
}
