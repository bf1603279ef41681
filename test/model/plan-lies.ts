/** Ways to break the plan chart on purpose. */

import { declared } from '../../machines/declare.ts';
import { type PlanContext, planMachine } from '../../machines/index.ts';
import { altered, withState } from './altered.ts';
import { type PlanWorld, planWorld } from './plan-world.ts';
import type { SeededFault } from './theorem.ts';

type Plan = typeof planMachine;
type Config = Record<string, unknown>;

/** What the plan asks is answered by the world: nothing behind its names is begun. */
const names = Object.keys(planMachine.implementations.actors);
export const plan = planMachine.provide({
  actors: Object.fromEntries(names.map(name => [name, declared(name)])) as never,
});
/** The commands that lead a plan on. */
export const onward = ['start', 'execute', 'apply', 'approve'];

type Lie = ({ context }: { context: PlanContext }, params: never) => boolean;
export const yes: Lie = () => true;
export const no: Lie = () => false;

function worldOf({ commands = [], ...world }: PlanWorld): SeededFault<Plan>['world'] {
  return planWorld({ ...world, commands: [...onward, ...commands] });
}

/** With a guard that always says the same, or something else than it should. */
export function lying(guard: string, lie: Lie, world: PlanWorld = {}): SeededFault<Plan> {
  return { guard, machine: plan.provide({ guards: { [guard]: lie } }), world: worldOf(world) };
}

/** With its configuration changed. */
export function changed(guard: string, edit: (config: Config) => Config, world: PlanWorld = {}): SeededFault<Plan> {
  return { guard, machine: altered(plan, edit), world: worldOf(world) };
}

/** With one of its states changed, named by its path. */
export function changedAt(
  guard: string,
  path: string,
  edit: (state: Config) => Config,
  world: PlanWorld = {},
): SeededFault<Plan> {
  return changed(guard, config => withState(config, path, edit), world);
}

/** With an action that does something else, or nothing. */
export function doing(
  guard: string,
  action: string,
  does: unknown = () => {},
  world: PlanWorld = {},
): SeededFault<Plan> {
  return { guard, machine: plan.provide({ actions: { [action]: does } as never }), world: worldOf(world) };
}

/** A state in which nothing is decided or asked: it leads on at once. */
export const passing = (target: string) => (state: Config) => {
  const { invoke: _, on: __, initial: ___, states: ____, always: _____, ...rest } = state;
  return { ...rest, always: target };
};
