/**
 * Runs many instances in one store. Each is a durable system of its own on its part of the store, so an error ends one of
 * them and no other; what they change in one turn is one batch. Those that rest are in the store only.
 */
import { TroupeError } from '../../model/errors.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { toFailure } from '../failure.ts';
import { actorPath } from '../not-storable.ts';
import { AwakeInstances } from './awake-instances.ts';
import { Endings } from './endings.ts';
import { describeHealth } from './health.ts';
import { InstanceAccess } from './instance-access.ts';
import { InstanceHandle } from './instance-handle.ts';
import { assertKnown, assertMachines, assertVersions } from './instance-options.ts';
import { type InstanceName, type InstanceRow, keyOf } from './instance-row.ts';
import type {
  DurableInstances,
  InstanceFilter,
  InstanceInfo,
  InstancesHealth,
  InstancesOptions,
  MachineMap,
  MachineOf,
  ScheduleOptions,
} from './instances-api.ts';
import { assertOpen, type InstancesContext } from './instances-context.ts';
import { listInstances } from './list-instances.ts';
import { Loader } from './loader.ts';
import { Quarantine } from './quarantine.ts';
import { reindex } from './reindex.ts';
import type { RunningInstance } from './running-instance.ts';
import { Schedules } from './schedules.ts';
import { assertDeclared } from './search-attributes.ts';
import { SharedStore } from './shared-store.ts';
import { openInstanceStore } from './stored-instances.ts';
import { createTelemetry } from './telemetry.ts';
import { Turns } from './turns.ts';
import { WakeTimes } from './wake-times.ts';

export class Instances<Machines extends MachineMap> implements DurableInstances<Machines> {
  readonly #context: InstancesContext;
  readonly #closeStore: () => Promise<void> | undefined;
  readonly #loader: Loader;
  readonly #access: InstanceAccess;
  readonly #endings: Endings;
  readonly #wakeTimes: WakeTimes;
  readonly #schedules: Schedules;
  #closing: Promise<void> | undefined;

  /** @throws {TypeError} for an invalid option */
  constructor(options: InstancesOptions<Machines>, store: Store, closeStore: () => Promise<void> | undefined) {
    assertMachines(options.machines, options.search);
    assertVersions(options.machines);
    const { clock, sleepAfterMs = 60_000, maxAwake = 10_000 } = options;
    this.#closeStore = closeStore;
    this.#context = {
      options,
      shared: new SharedStore(store, error => this.#onStoreFailed(error)),
      awake: new AwakeInstances({
        ...{ policy: { sleepAfterMs, maxAwake }, clock },
        onAsleep: (instance, wakeAt) => this.#onAsleep(instance, wakeAt),
      }),
      turns: new Turns(),
      knows: machine => Object.hasOwn(options.machines, machine),
      telemetry: createTelemetry(options.openTelemetry, () => this.health()),
      storeId: '',
      ended: undefined,
    };
    const context = this.#context;
    const quarantine = new Quarantine(context);
    this.#endings = new Endings(context);
    const onDone = (instance: RunningInstance) => void this.#access.finish(instance).catch(() => {});
    this.#loader = new Loader({ context, quarantine, onDone });
    this.#access = new InstanceAccess({ context, quarantine, loader: this.#loader, endings: this.#endings });
    context.shared.onBatch = (seconds, operations) => context.telemetry.batchWritten(seconds, operations);
    this.#schedules = new Schedules({
      context,
      start: (name, input, together) => this.#start(name, input, together),
      send: (name, event, key) => this.#access.send(name, event, key),
    });
    this.#wakeTimes = new WakeTimes({ store, clock, wake: name => this.#wakeDue(name) });
    store.onLost?.(error => {
      context.shared.end(error);
      this.#onStoreFailed(error);
    });
  }

  /** Wakes the instances that have something to do; the others stay as they are. @throws {TroupeError} STORE_FORMAT, STORE_DAMAGED */
  async open(): Promise<void> {
    const { clock, createStoreId = () => String(clock.now()) } = this.#context.options;
    this.#context.storeId = await openInstanceStore(this.#context.shared, createStoreId);
    await this.#wakeTimes.wakeDue();
    await reindex(this.#context, name => this.#wakeDue(name));
    await this.#endings.expire();
  }

  async start<Name extends keyof Machines & string>(machine: Name, options: { id: string; input?: unknown }) {
    const { id, input } = options;
    const handle = this.get(machine, id);
    assertOpen(this.#context);
    assertKnown(machine, this.#context.knows);
    await this.#start(handle, input);
    return handle;
  }

  get<Name extends keyof Machines & string>(machine: Name, id: string): InstanceHandle<MachineOf<Machines[Name]>> {
    return new InstanceHandle<MachineOf<Machines[Name]>>(this.#access, machine, id);
  }

  async list(filter: InstanceFilter<keyof Machines & string> = {}): Promise<InstanceInfo[]> {
    const { shared, knows } = this.#context;
    const { machines, search } = this.#context.options;
    const given = filter.machine === undefined ? Object.keys(machines) : [filter.machine];
    assertDeclared(search, given, Object.keys(filter.where ?? {}));
    await shared.barrier();
    return listInstances(shared.store, filter, knows);
  }

  every(name: string, cron: string, options: ScheduleOptions): Promise<void> {
    assertOpen(this.#context);
    if ('start' in options) assertKnown(options.start, this.#context.knows);
    return this.#schedules.add(name, cron, options);
  }

  endSchedule(name: string): Promise<void> {
    return this.#schedules.remove(name);
  }

  /** The ids from an instance in memory to one of its actors; `before` is the uid of the instance. */
  pathOf({ uid, before }: { uid: string; before: string }): string | undefined {
    const instance = this.#context.awake.byUid(before);
    const entry = instance?.system.actors.byUid(uid);
    const { machine, id } = instance?.record ?? {};
    return entry && actorPath(entry, `${machine}/${id}`);
  }

  health(): InstancesHealth {
    const schedules = this.#schedules.health();
    return describeHealth(this.#context, { nextWake: this.#wakeTimes.next, schedules });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #start(name: InstanceName, input: unknown, together?: readonly Operation[]): Promise<void> {
    const { awake, turns, telemetry, shared } = this.#context;
    const at = keyOf(name);
    const start = async () => {
      if (awake.get(at) === undefined) await this.#loader.start(name, input, together);
      else if (together !== undefined) await shared.write(together);
    };
    if (awake.get(at) !== undefined && together === undefined) return;
    await telemetry.measure('start', name, () => turns.run(at, start));
  }

  #onAsleep({ record }: RunningInstance, wakeAt: number | undefined): void {
    const next = (before: InstanceRow | undefined): InstanceRow | undefined => {
      if (before === undefined || before.wakeAt === wakeAt) return before;
      const { wakeAt: _, ...row } = before;
      return wakeAt === undefined ? row : { ...row, wakeAt };
    };
    this.#context.shared.write([], { record, next }).then(
      () => wakeAt !== undefined && this.#wakeTimes.add(wakeAt),
      () => {},
    );
  }

  /** An error of an instance quarantines it. */
  async #wakeDue(name: InstanceName): Promise<void> {
    await this.#access.attend(name).catch(() => {});
    assertOpen(this.#context);
  }

  #onStoreFailed(error: unknown): void {
    if (this.#context.ended !== undefined) return;
    const failure = toFailure(error, 'INTERNAL');
    this.#context.ended = { reason: failure };
    this.#wakeTimes.end();
    this.#context.options.onFatal?.(failure);
  }

  async #close(): Promise<void> {
    const reason = new TroupeError('SYSTEM_CLOSED', 'The durable system was closed.');
    const { shared, awake, turns } = this.#context;
    const hasFailed = this.#context.ended !== undefined;
    this.#context.ended ??= { reason };
    try {
      this.#wakeTimes.end();
      await this.#schedules.end();
      await turns.idle();
      await Promise.allSettled(awake.end().map(instance => instance.end(reason)));
      await turns.idle();
      if (!hasFailed) await shared.barrier();
    } finally {
      shared.end(reason);
      await this.#closeStore();
    }
  }
}
