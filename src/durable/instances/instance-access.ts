/** What the handles of instances do: each call finds the instance in memory, wakes it, or reads its row. */
import type { AnyEventObject } from 'xstate';
import { TroupeError } from '../../model/errors.ts';
import type { Endings } from './endings.ts';
import { assertKnown } from './instance-options.ts';
import type { StoredRecord } from './instance-record.ts';
import { type InstanceName, keyOf, notRunningError, toInfo } from './instance-row.ts';
import type { InstanceInfo } from './instances-api.ts';
import { assertOpen, type InstancesContext } from './instances-context.ts';
import type { Loader } from './loader.ts';
import type { Quarantine } from './quarantine.ts';
import { RunningInstance } from './running-instance.ts';
import { readRecord } from './stored-instances.ts';

interface InstanceAccessOptions {
  context: InstancesContext;
  loader: Loader;
  quarantine: Quarantine;
  endings: Endings;
}

export class InstanceAccess {
  readonly #context: InstancesContext;
  readonly #loader: Loader;
  readonly #quarantine: Quarantine;
  readonly #endings: Endings;

  constructor({ context, loader, quarantine, endings }: InstanceAccessOptions) {
    this.#context = context;
    this.#loader = loader;
    this.#quarantine = quarantine;
    this.#endings = endings;
  }

  /**
   * Calls `work` with the instance, which is woken if it sleeps and stays awake meanwhile.
   * @throws {TroupeError} UNKNOWN_ACTOR, INSTANCE_ENDED, or the error of a quarantined instance
   */
  async use<T>(name: InstanceName, work: (instance: RunningInstance) => Promise<T>): Promise<T> {
    assertOpen(this.#context);
    const { awake, turns } = this.#context;
    const at = keyOf(name);
    const instance = this.#hold(awake.get(at)) ?? (await turns.run(at, () => this.#acquire(name)));
    return this.#finish(instance, work);
  }

  /** Sends an event, with a key once; stores it for a quarantined instance. */
  async send(name: InstanceName, event: AnyEventObject, key?: string): Promise<{ duplicate: boolean }> {
    assertOpen(this.#context);
    const more = { 'troupe.event.type': event.type, ...(key === undefined ? {} : { 'troupe.command.key': key }) };
    const operation = key === undefined ? 'send' : 'command';
    return this.#context.telemetry.measure(operation, name, () => this.#send(name, event, key), more);
  }

  async #send(name: InstanceName, event: AnyEventObject, key?: string): Promise<{ duplicate: boolean }> {
    const { awake, turns } = this.#context;
    const at = keyOf(name);
    const target = this.#hold(awake.get(at)) ?? (await turns.run(at, () => this.#acquireOrEnqueue(name, event, key)));
    if (!(target instanceof RunningInstance)) return target;
    return this.#finish(target, async ({ system }) => {
      if (key !== undefined) return system.command(key, root => root.send(event));
      system.root.send(event);
      await system.barrier();
      return { duplicate: false };
    });
  }

  async info(name: InstanceName): Promise<InstanceInfo> {
    return toInfo(keyOf(name), (await this.read(name)).row, this.#context.knows);
  }

  /** Returns the instance with its row as it is on disk. @throws {TroupeError} UNKNOWN_ACTOR */
  async read(name: InstanceName): Promise<StoredRecord> {
    assertOpen(this.#context);
    const { turns, shared } = this.#context;
    return turns.run(keyOf(name), () => readRecord(shared, name));
  }

  /** Wakes an instance whose time has come, or finishes what a crash left of one that has ended. */
  async attend(name: InstanceName): Promise<void> {
    const { turns, awake, knows } = this.#context;
    const at = keyOf(name);
    if (awake.get(at) !== undefined) return;
    await turns.run(at, async () => {
      const found = await this.#loader.find(name);
      if (found instanceof RunningInstance) return;
      const { status } = found.row;
      if (status === 'done') await this.#endings.endRecord(found);
      else if (status === undefined && knows(name.machine)) await this.#loader.wake(found);
    });
  }

  /** Ends one in memory whose machine is done. */
  async finish(instance: RunningInstance): Promise<void> {
    const { turns, ended } = this.#context;
    if (ended === undefined) await turns.run(keyOf(instance.record), () => this.#endings.end(instance, 'done'));
  }

  stop(name: InstanceName): Promise<void> {
    return this.#inTurn(name, async () => {
      const found = await this.#loader.find(name);
      if (found instanceof RunningInstance) return this.#endings.end(found, 'stopped');
      const { status } = found.row;
      if (status === 'done' || status === 'stopped') return;
      if (status === 'quarantined') throw notRunningError(name, found.row);
      assertKnown(name.machine, this.#context.knows);
      await this.#endings.endRecord(found);
    });
  }

  resume(name: InstanceName): Promise<void> {
    return this.#inTurn(name, async () => {
      const found = await this.#loader.find(name);
      if (found instanceof RunningInstance) return;
      assertKnown(name.machine, this.#context.knows);
      const { status } = found.row;
      if (status !== undefined && status !== 'quarantined') throw notRunningError(name, found.row);
      await this.#quarantine.release(found);
      await this.#loader.wake(found);
    });
  }

  discard(name: InstanceName): Promise<void> {
    return this.#inTurn(name, async () => {
      const found = await this.#loader.find(name);
      const { knows } = this.#context;
      const status = found instanceof RunningInstance ? undefined : found.row.status;
      if (status === 'done' || status === 'stopped') throw notRunningError(name, { status });
      if (found instanceof RunningInstance || (status === undefined && knows(name.machine))) {
        throw new TroupeError(
          'USAGE',
          `The instance "${name.machine}/${name.id}" is not quarantined; stop it instead.`,
        );
      }
      await this.#endings.remove(found);
      this.#quarantine.forget(found);
    });
  }

  async #inTurn(name: InstanceName, work: () => Promise<void>): Promise<void> {
    assertOpen(this.#context);
    await this.#context.turns.run(keyOf(name), work);
  }

  /** Returns the instance, kept awake for its caller. */
  async #acquire(name: InstanceName): Promise<RunningInstance> {
    const { awake, shared } = this.#context;
    return this.#hold(awake.get(keyOf(name))) ?? this.#loader.wake(await readRecord(shared, name), true);
  }

  /** Keeps it awake until `#finish`; to be called in the turn of the event loop in which it was found. */
  #hold<Found extends RunningInstance | undefined>(instance: Found): Found {
    if (instance !== undefined) instance.users++;
    return instance;
  }

  async #finish<T>(instance: RunningInstance, work: (instance: RunningInstance) => Promise<T>): Promise<T> {
    try {
      return await work(instance);
    } finally {
      instance.users--;
      this.#context.awake.touch(instance);
    }
  }

  async #acquireOrEnqueue(name: InstanceName, event: AnyEventObject, key: string | undefined) {
    const { awake, shared } = this.#context;
    const held = this.#hold(awake.get(keyOf(name)));
    if (held !== undefined) return held;
    const record = await readRecord(shared, name);
    if (record.row.status === 'quarantined') return this.#quarantine.enqueue(record, event, key);
    return this.#loader.wake(record, true);
  }
}
