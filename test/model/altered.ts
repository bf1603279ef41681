import { type AnyStateMachine, StateMachine } from 'xstate';

/** The chart with its configuration changed, and everything behind its names as before. */
export function altered<Machine extends AnyStateMachine>(
  machine: Machine,
  edit: (config: Record<string, unknown>) => Record<string, unknown>,
): Machine {
  const config = edit(machine.config as Record<string, unknown>);
  return new StateMachine(config as never, machine.implementations as never) as unknown as Machine;
}

type States = Record<string, Record<string, unknown>>;

/** With one of its top states changed. */
export function withState(
  config: Record<string, unknown>,
  name: string,
  edit: (state: Record<string, unknown>) => Record<string, unknown>,
) {
  const states = config.states as States;
  return { ...config, states: { ...states, [name]: edit(states[name] ?? {}) } };
}

/** With a state before the first, so that what the chart decides at once is a step that can be looked at. */
export function fromNowhere<Machine extends AnyStateMachine>(machine: Machine): Machine {
  return altered(machine, config => ({
    ...config,
    initial: 'nowhere',
    states: { ...(config.states as States), nowhere: { on: { go: String(config.initial) } } },
  }));
}
