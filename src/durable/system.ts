/** Opens a durable system, and closes it again if that fails. */
import type { AnyStateMachine } from 'xstate';
import type { Store } from '../ports/store.ts';
import type { DurableOptions, DurableSystem } from './api.ts';
import { RunningSystem } from './running-system.ts';

/** Opens a durable system: in the machine's initial state when the store is new, else exactly at the last commit. */
export async function openDurable<Logic extends AnyStateMachine>(
  options: DurableOptions<Logic>,
): Promise<DurableSystem<Logic>> {
  const owned = typeof options.store === 'function' ? await options.store() : undefined;
  const store = owned ?? (options.store as Store);
  const system = new RunningSystem(options, store, () => owned?.close());
  try {
    await system.open();
    return system;
  } catch (error) {
    await system.abandon();
    throw error;
  }
}
