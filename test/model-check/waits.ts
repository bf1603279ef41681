import type { AnyStateMachine } from 'xstate';
import type { World } from './explore.ts';
import { queueEvents } from './plan/inputs.ts';
import type { Property } from './property.ts';
import { claim, sent } from './steps.ts';

/** A chart that runs checks for the plan. `world` has the events of the queue. */
export function waitsAreForwarded<Machine extends AnyStateMachine>(
  machine: Machine,
  world: World<Machine>,
): Property<Machine> {
  return {
    property: 'The plan learns that a check waits for a worker, and when it no longer does',
    claims: queueEvents.map(({ type }) =>
      claim<Machine>(
        ({ event }) => event.type === type,
        step => sent(step).some(({ event }) => event === step.event),
      ),
    ),
    mutations: [
      {
        guard: 'a wait that is not forwarded',
        machine: machine.provide({ actions: { forward: () => {} } }) as Machine,
        world,
      },
    ],
  };
}
