/** An instance as the application sees it: each call finds out whether it runs. */
import type { AnyEventObject, AnyStateMachine, EventFrom, OutputFrom, SnapshotFrom } from 'xstate';
import type { SystemSnapshot } from '../snapshot.ts';
import type { InstanceName, InstanceRow } from './instance-row.ts';
import type { DurableInstance, InstanceInfo } from './instances-api.ts';
import type { RunningInstance } from './running-instance.ts';

/** What a handle needs of the system of instances. */
interface RunningInstances {
  waitForStart(name: InstanceName): Promise<void>;
  enqueue(name: InstanceName, event: AnyEventObject, key?: string): Promise<{ duplicate: boolean } | undefined>;
  find(name: InstanceName): Promise<RunningInstance>;
  read(name: InstanceName): Promise<InstanceRow>;
  info(name: InstanceName): Promise<InstanceInfo>;
  stop(name: InstanceName): Promise<void>;
  resume(name: InstanceName): Promise<void>;
  discard(name: InstanceName): Promise<void>;
}

export class InstanceHandle<Logic extends AnyStateMachine> implements DurableInstance<Logic> {
  readonly machine: string;
  readonly id: string;
  readonly #instances: RunningInstances;

  constructor(instances: RunningInstances, machine: string, id: string) {
    this.machine = machine;
    this.id = id;
    this.#instances = instances;
  }

  async send(event: EventFrom<Logic>): Promise<void> {
    await this.#instances.waitForStart(this);
    if (await this.#instances.enqueue(this, event)) return;
    const { system } = await this.#instances.find(this);
    system.root.send(event);
    await system.barrier();
  }

  async command(key: string, event: EventFrom<Logic>): Promise<{ duplicate: boolean }> {
    await this.#instances.waitForStart(this);
    const queued = await this.#instances.enqueue(this, event, key);
    if (queued !== undefined) return queued;
    const { system } = await this.#instances.find(this);
    return system.command(key, root => root.send(event));
  }

  async query<T>(read: (snapshot: SnapshotFrom<Logic>) => T): Promise<T> {
    const instance = await this.#instances.find(this);
    return instance.when(snapshot => ({ value: read(snapshot as SnapshotFrom<Logic>) }));
  }

  async waitFor(isReached: (snapshot: SnapshotFrom<Logic>) => boolean): Promise<SnapshotFrom<Logic>> {
    const instance = await this.#instances.find(this);
    return instance.when(snapshot => {
      const value = snapshot as SnapshotFrom<Logic>;
      return isReached(value) ? { value } : undefined;
    });
  }

  async result(): Promise<OutputFrom<Logic>> {
    const row = await this.#instances.read(this);
    if (row.status === 'done') return row.output as OutputFrom<Logic>;
    const instance = await this.#instances.find(this);
    const output: unknown = await instance.when(({ status, output: value }) =>
      status === 'done' ? { value } : undefined,
    );
    return output as OutputFrom<Logic>;
  }

  info(): Promise<InstanceInfo> {
    return this.#instances.info(this);
  }

  async snapshot(): Promise<SystemSnapshot> {
    const { system } = await this.#instances.find(this);
    return system.snapshot();
  }

  async restore(snapshot: SystemSnapshot): Promise<void> {
    const { system } = await this.#instances.find(this);
    await system.restore(system.root, snapshot);
  }

  stop(): Promise<void> {
    return this.#instances.stop(this);
  }

  resume(): Promise<void> {
    return this.#instances.resume(this);
  }

  discard(): Promise<void> {
    return this.#instances.discard(this);
  }
}
