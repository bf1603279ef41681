/** Ways to break the plan chart on purpose. */

import { type PlanContext, planMachine } from '../../../machines/index.ts';
import { unprovidedActor } from '../../../machines/unprovided-actor.ts';
import { mutate, withState } from '../mutate.ts';
import type { SeededMutation } from '../property.ts';
import { type PlanWorld, planWorld } from './world.ts';

type Plan = typeof planMachine;
type Config = Record<string, unknown>;

/** The world answers what the plan asks: no effect is started. */
const actorNames = Object.keys(planMachine.implementations.actors);
export const plan = planMachine.provide({
  actors: Object.fromEntries(actorNames.map(name => [name, unprovidedActor(name)])) as never,
});
/** The commands that lead a plan on. */
export const forwardCommands = ['start', 'execute', 'apply', 'approve'];

type GuardStub = ({ context }: { context: PlanContext }, params: never) => boolean;
export const always: GuardStub = () => true;
export const never: GuardStub = () => false;

function worldOf({ commands = [], ...world }: PlanWorld): SeededMutation<Plan>['world'] {
  return planWorld({ ...world, commands: [...forwardCommands, ...commands] });
}

/** With a guard that always says the same, or something else than it should. */
export function withGuard(guard: string, lie: GuardStub, world: PlanWorld = {}): SeededMutation<Plan> {
  return { guard, machine: plan.provide({ guards: { [guard]: lie } }), world: worldOf(world) };
}

/** With its configuration changed. */
export function withConfig(
  guard: string,
  edit: (config: Config) => Config,
  world: PlanWorld = {},
): SeededMutation<Plan> {
  return { guard, machine: mutate(plan, edit), world: worldOf(world) };
}

/** With one of its states changed, named by its path. */
export function withConfigAt(
  guard: string,
  path: string,
  edit: (state: Config) => Config,
  world: PlanWorld = {},
): SeededMutation<Plan> {
  return withConfig(guard, config => withState(config, path, edit), world);
}

/** With an action that does something else, or nothing. */
export function withAction(
  guard: string,
  action: string,
  does: unknown = () => {},
  world: PlanWorld = {},
): SeededMutation<Plan> {
  return { guard, machine: plan.provide({ actions: { [action]: does } as never }), world: worldOf(world) };
}

/** A transient state: it asks nothing and continues at once. */
export const passThrough = (target: string) => (state: Config) => {
  const { invoke: _, on: __, initial: ___, states: ____, always: _____, ...rest } = state;
  return { ...rest, always: target };
};
