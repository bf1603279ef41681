/** Brings the index up to date with the declared search attributes. */
import { key } from '../keys.ts';
import type { InstanceName } from './instance-row.ts';
import type { InstancesContext } from './instances-context.ts';
import { listInstances } from './list-instances.ts';
import { searchSignature } from './search-attributes.ts';

const instancesAtOnce = 100;

/** Wakes each running instance of a machine whose declaration changed: waking reads its attributes. */
export async function reindex(
  { options, shared, knows }: InstancesContext,
  wake: (name: InstanceName) => Promise<void>,
): Promise<void> {
  for (const machine of Object.keys(options.machines)) {
    const signature = searchSignature(options.search, machine);
    const stored = ((await shared.store.get(key.search(machine))) as string | undefined) ?? '';
    if (signature === stored) continue;
    let after: InstanceName | undefined;
    do {
      const filter = { machine, status: 'running' as const, limit: instancesAtOnce };
      const page = await listInstances(shared.store, after === undefined ? filter : { ...filter, after }, knows);
      await Promise.all(page.map(wake));
      after = page.length === instancesAtOnce ? page.at(-1) : undefined;
    } while (after !== undefined);
    // After the changes of the instances: a crash before it begins again.
    await shared.write([{ type: 'put', key: key.search(machine), value: signature }]);
  }
}
