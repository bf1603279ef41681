import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { faultOf } from '../machines/spec.ts';
import { fromNowhere } from './altered.ts';
import type { World } from './explore.ts';
import type { SeededFault } from './theorem.ts';

/** A chart whose children answer in the given ways, and who hears the given events. */
export function answering<Machine extends AnyStateMachine>(
  input: unknown,
  answers: Record<string, unknown[]>,
  { events = [], errors = [faultOf()] }: { events?: AnyEventObject[]; errors?: unknown[] } = {},
): World<Machine> {
  const byId = new Map(
    Object.entries(answers).map(([id, outputs]): [string, AnyEventObject[]] => [
      id,
      [
        ...outputs.map(output => ({ type: `xstate.done.actor.${id}`, actorId: id, output })),
        ...errors.map(error => ({ type: `xstate.error.actor.${id}`, actorId: id, error })),
      ],
    ]),
  );
  return {
    input,
    events: ({ children }: AnyMachineSnapshot) => [
      ...events,
      ...Object.keys(children).flatMap(id => byId.get(id) ?? []),
    ],
    key: ({ value, context, status, children }: AnyMachineSnapshot) =>
      JSON.stringify([value, status, context, Object.keys(children)]),
  };
}

function withEvents<Machine extends AnyStateMachine>(world: World<Machine>, events: AnyEventObject[]): World<Machine> {
  return { ...world, events: snapshot => [...events, ...world.events(snapshot)] };
}

/** A guard that lies in the very first decision. */
export function lyingAtOnce<Machine extends AnyStateMachine>(
  guard: string,
  machine: Machine,
  world: World<Machine>,
): SeededFault<Machine> {
  return { guard, machine: fromNowhere(machine), world: withEvents(world, [{ type: 'go' }]) };
}
