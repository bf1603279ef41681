/** What the parts of a system of instances share. */
import type { AwakeInstances } from './awake-instances.ts';
import type { KnowsMachine } from './instance-row.ts';
import type { InstancesOptions, MachineMap } from './instances-api.ts';
import type { SharedStore } from './shared-store.ts';
import type { Telemetry } from './telemetry.ts';
import type { Turns } from './turns.ts';

export interface InstancesContext {
  readonly options: InstancesOptions<MachineMap>;
  readonly shared: SharedStore;
  readonly awake: AwakeInstances;
  /** Work on an instance as a whole, by the key of its row. */
  readonly turns: Turns;
  readonly knows: KnowsMachine;
  telemetry: Telemetry;
  storeId: string;
  /** Why the system takes no more calls. */
  ended: { reason: unknown } | undefined;
}

/** @throws the reason for which the system ended */
export function assertOpen({ ended }: InstancesContext): void {
  if (ended !== undefined) throw ended.reason;
}
