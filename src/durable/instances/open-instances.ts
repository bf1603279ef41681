/** Opens a store of instances, and closes it again if that fails. */
import type { Store } from '../../ports/store.ts';
import { watchLargeStates } from '../large-states.ts';
import { Instances } from './instances.ts';
import type { DurableInstances, InstancesOptions, MachineMap } from './instances-api.ts';

/** Opens the instances in a store; each that runs continues exactly at its last commit. */
export async function openInstances<Machines extends MachineMap>(
  options: InstancesOptions<Machines>,
): Promise<DurableInstances<Machines>> {
  const owned = typeof options.store === 'function' ? await options.store() : undefined;
  const plain = owned ?? (options.store as Store);
  let instances: Instances<Machines> | undefined;
  const { onLargeState: report } = options;
  const pathOf = (writer: { uid: string; before: string }) => instances?.pathOf(writer);
  const store = report === undefined ? plain : watchLargeStates(plain, { pathOf, report });
  try {
    instances = new Instances(options, store, () => owned?.close());
    await instances.open();
    return instances;
  } catch (error) {
    await (instances === undefined ? owned?.close() : instances.close());
    throw error;
  }
}
