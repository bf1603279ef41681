/** An instance as the application sees it: each call finds out whether it runs. */
import type { AnyStateMachine, EventFrom, OutputFrom, SnapshotFrom } from 'xstate';
import { assertCommandKey, assertEvent, assertInstanceId } from '../call-arguments.ts';
import type { SystemSnapshot } from '../snapshot.ts';
import type { InstanceAccess } from './instance-access.ts';
import type { DurableInstance, InstanceInfo } from './instances-api.ts';

export class InstanceHandle<Logic extends AnyStateMachine> implements DurableInstance<Logic> {
  readonly machine: string;
  readonly id: string;
  readonly #instances: InstanceAccess;

  /** @throws {TypeError} for an id that is no string, or empty */
  constructor(instances: InstanceAccess, machine: string, id: string) {
    assertInstanceId({ machine, id });
    this.machine = machine;
    this.id = id;
    this.#instances = instances;
  }

  async send(event: EventFrom<Logic>): Promise<void> {
    assertEvent(event);
    await this.#instances.send(this, event);
  }

  async command(key: string, event: EventFrom<Logic>): Promise<{ duplicate: boolean }> {
    assertCommandKey(key);
    assertEvent(event);
    return this.#instances.send(this, event, key);
  }

  query<T>(read: (snapshot: SnapshotFrom<Logic>) => T): Promise<T> {
    return this.#instances.use(this, instance =>
      instance.when(snapshot => ({ value: read(snapshot as SnapshotFrom<Logic>) })),
    );
  }

  waitFor(isReached: (snapshot: SnapshotFrom<Logic>) => boolean): Promise<SnapshotFrom<Logic>> {
    return this.#instances.use(this, instance =>
      instance.when(snapshot => {
        const value = snapshot as SnapshotFrom<Logic>;
        return isReached(value) ? { value } : undefined;
      }),
    );
  }

  async result(): Promise<OutputFrom<Logic>> {
    try {
      const output: unknown = await this.#instances.use(this, instance =>
        instance.when(({ status, output: value }) => (status === 'done' ? { value } : undefined)),
      );
      return output as OutputFrom<Logic>;
    } catch (error) {
      const { row } = await this.#instances.read(this);
      if (row.status !== 'done') throw error;
      return row.output as OutputFrom<Logic>;
    }
  }

  info(): Promise<InstanceInfo> {
    return this.#instances.info(this);
  }

  snapshot(): Promise<SystemSnapshot> {
    return this.#instances.use(this, ({ system }) => system.snapshot());
  }

  restore(snapshot: SystemSnapshot): Promise<void> {
    return this.#instances.use(this, ({ system }) => system.restore(system.root, snapshot));
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
