import { type AnyStateMachine, StateMachine } from 'xstate';

type Config = Record<string, unknown>;
type Edit = (state: Config) => Config;

/** The chart with its configuration changed, and everything behind its names as before. */
export function mutate<Machine extends AnyStateMachine>(machine: Machine, edit: Edit): Machine {
  const config = edit(machine.config as Config);
  return new StateMachine(config as never, machine.implementations as never) as unknown as Machine;
}

/** With one of its states changed, named by its path from the top: `open.alive.execute`. */
export function withState(config: Config, path: string, edit: Edit): Config {
  const [name = '', ...rest] = path.split('.');
  const states = config.states as Record<string, Config>;
  const state = states[name];
  if (state === undefined) throw new TypeError(`there is no state ${name}`);
  const changed = rest.length === 0 ? edit(state) : withState(state, rest.join('.'), edit);
  return { ...config, states: { ...states, [name]: changed } };
}
