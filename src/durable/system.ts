/** Opens a durable system, and closes it again if that fails. */
import type { AnyStateMachine } from 'xstate';
import type { Store } from '../ports/store.ts';
import type { DurableOptions, DurableSystem } from './api.ts';
import { watchLargeStates } from './large-states.ts';
import { actorPath } from './not-storable.ts';
import { RunningSystem } from './running-system.ts';

/** Opens a durable system: in the machine's initial state when the store is new, else exactly at the last commit. */
export async function openDurable<Logic extends AnyStateMachine>(
  options: DurableOptions<Logic>,
): Promise<DurableSystem<Logic>> {
  const owned = typeof options.store === 'function' ? await options.store() : undefined;
  const plain = owned ?? (options.store as Store);
  const { onLargeState: report } = options;
  const pathOf = ({ uid }: { uid: string }): string | undefined => {
    const entry = system.actors.byUid(uid);
    return entry && actorPath(entry);
  };
  const store = report === undefined ? plain : watchLargeStates(plain, { pathOf, report });
  const system: RunningSystem<Logic> = new RunningSystem(options, store, () => owned?.close());
  try {
    await system.open();
    return system;
  } catch (error) {
    await system.abandon();
    throw error;
  }
}
