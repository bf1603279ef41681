/**
 * Runs many instances in one store. Each is a durable system of its own on its part of the store, so an error ends one of
 * them and no other; what they change in one turn is one batch.
 */
import type { AnyEventObject } from 'xstate';
import { TroupeError } from '../../model/errors.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { toFailure } from '../failure.ts';
import { formatUid, key } from '../keys.ts';
import { FinishedInstances } from './finished-instances.ts';
import { InstanceHandle } from './instance-handle.ts';
import { assertKnown, systemOptions } from './instance-options.ts';
import { type InstanceName, type InstanceRow, keyOf, notRunningError, toInfo } from './instance-row.ts';
import type { OwnRow } from './instance-store.ts';
import type { DurableInstances, InstanceFilter, InstanceInfo, InstancesOptions, MachineMap } from './instances-api.ts';
import { QuarantinedInstance } from './quarantined-instance.ts';
import { RunningInstance } from './running-instance.ts';
import { SharedStore } from './shared-store.ts';
import {
  listInstances,
  readDeletions,
  readInstances,
  readOwnRows,
  readRow,
  type StoredInstance,
} from './stored-instances.ts';

export class Instances<Machines extends MachineMap> implements DurableInstances<Machines> {
  readonly #options: InstancesOptions<Machines>;
  readonly #shared: SharedStore;
  readonly #closeStore: () => Promise<void> | undefined;
  readonly #knows = (machine: string): boolean => Object.hasOwn(this.#options.machines, machine);
  readonly #finished: FinishedInstances;
  /** By key of the row, as the others. */
  readonly #running = new Map<string, RunningInstance>();
  readonly #starting = new Map<string, Promise<void>>();
  readonly #quarantined = new Map<string, QuarantinedInstance>();
  /** Instances that are ending: their rows are being deleted. */
  readonly #ending = new Set<Promise<void>>();
  #counter = 0;
  #storeId = '';
  /** Whether an instance may exist that is not in memory. */
  #hasFinished = false;
  #ended: { reason: unknown } | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: InstancesOptions<Machines>, store: Store, closeStore: () => Promise<void> | undefined) {
    this.#options = options;
    this.#closeStore = closeStore;
    this.#shared = new SharedStore(store, error => this.#onStoreFailed(error));
    this.#finished = new FinishedInstances(options.keepFinished ?? 'forever', options.clock);
  }

  /** @throws {TroupeError} STORE_FORMAT, STORE_DAMAGED */
  async open(): Promise<void> {
    const { clock, createStoreId = () => String(clock.now()) } = this.#options;
    const stored = await readInstances(this.#shared, { createStoreId, knows: this.#knows });
    this.#counter = stored.counter;
    this.#storeId = stored.storeId;
    this.#finished.load(stored.finished);
    this.#hasFinished = stored.finished.length > 0;
    for (const { at, row, queue } of stored.quarantined) this.#quarantined.set(at, new QuarantinedInstance(row, queue));
    for await (const instance of stored.running) await this.#reopen(instance);
    await this.#shared.write(this.#finished.expire());
  }

  async start<Name extends keyof Machines & string>(machine: Name, options: { id: string; input?: unknown }) {
    const { id, input } = options;
    const at = key.instance(machine, id);
    this.#assertOpen();
    assertKnown(machine, this.#knows);
    if (this.#running.has(at) || this.#quarantined.has(at)) return this.get(machine, id);
    let starting = this.#starting.get(at);
    if (starting === undefined) {
      starting = this.#start({ machine, id }, input).finally(() => this.#starting.delete(at));
      this.#starting.set(at, starting);
    }
    await starting;
    return this.get(machine, id);
  }

  get<Name extends keyof Machines & string>(machine: Name, id: string): InstanceHandle<Machines[Name]> {
    return new InstanceHandle<Machines[Name]>(this, machine, id);
  }

  async list(filter: InstanceFilter<keyof Machines & string> = {}): Promise<InstanceInfo[]> {
    await this.#shared.barrier();
    return listInstances(this.#shared.store, filter, this.#knows);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A start that failed is an error of its caller. */
  async waitForStart(name: InstanceName): Promise<void> {
    this.#assertOpen();
    await this.#starting.get(keyOf(name))?.catch(() => {});
  }

  /** @throws {TroupeError} UNKNOWN_ACTOR, CANCELLED, or the error of a quarantined instance */
  async find(name: InstanceName): Promise<RunningInstance> {
    await this.waitForStart(name);
    const instance = this.#running.get(keyOf(name));
    if (instance !== undefined) return instance;
    const row = await this.read(name);
    if (row.status === undefined) assertKnown(name.machine, this.#knows);
    throw notRunningError(name, row);
  }

  /** Stores an event for a quarantined instance; returns undefined for any other. */
  async enqueue(
    instance: InstanceName,
    event: AnyEventObject,
    name?: string,
  ): Promise<{ duplicate: boolean } | undefined> {
    const quarantined = this.#quarantined.get(keyOf(instance));
    if (quarantined === undefined) return undefined;
    const number = ++this.#counter;
    const queued = { number, key: name ?? `queued/${number}`, event };
    return quarantined.add(queued, operation => this.#shared.write([operation, this.#counterRow()]));
  }

  /** Returns its row as it is on disk. @throws {TroupeError} UNKNOWN_ACTOR */
  async read(name: InstanceName): Promise<InstanceRow> {
    await this.waitForStart(name);
    await this.#shared.barrier();
    return this.#quarantined.get(keyOf(name))?.row ?? readRow(this.#shared.store, name);
  }

  async info(name: InstanceName): Promise<InstanceInfo> {
    return toInfo(keyOf(name), await this.read(name), this.#knows);
  }

  async stop(name: InstanceName): Promise<void> {
    await this.waitForStart(name);
    const instance = this.#running.get(keyOf(name));
    if (instance !== undefined) return this.#end(instance, notRunningError(name, { status: 'stopped' }));
    const { status } = await this.info(name);
    if (status === 'quarantined' || status === 'unknown-machine') await this.find(name);
  }

  async resume(name: InstanceName): Promise<void> {
    this.#assertOpen();
    const quarantined = this.#quarantined.get(keyOf(name));
    if (quarantined === undefined) return void (await this.find(name));
    assertKnown(name.machine, this.#knows);
    await quarantined.resumeOnce(() => this.#resume(name, quarantined));
  }

  async discard(name: InstanceName): Promise<void> {
    this.#assertOpen();
    const at = keyOf(name);
    const quarantined = this.#quarantined.get(at);
    const { uid, status } = await this.read(name);
    if (quarantined === undefined && (status !== undefined || this.#knows(name.machine))) {
      await this.find(name);
      throw new TroupeError('USAGE', `The instance "${name.machine}/${name.id}" is not quarantined; stop it instead.`);
    }
    await quarantined?.resuming?.catch(() => {});
    if (this.#quarantined.get(at) !== quarantined) return;
    const rows = await readDeletions(this.#shared.store, uid);
    await this.#shared.write([{ type: 'del', key: at }, ...rows]);
    this.#quarantined.delete(at);
  }

  async #start(name: InstanceName, input: unknown): Promise<void> {
    const at = keyOf(name);
    if (this.#hasFinished && (await this.#shared.store.get(at)) !== undefined) return;
    const row: InstanceRow = { uid: formatUid(++this.#counter), state: {}, startedAt: this.#options.clock.now() };
    const instance = this.#create(name, { row, rows: [], isNew: true, input });
    await instance.open();
    // It may have ended while it was opened.
    if (!instance.hasEnded) this.#running.set(at, instance);
  }

  #create(
    { machine, id }: InstanceName,
    state: { row: InstanceRow; rows: OwnRow[]; isNew: boolean; input?: unknown },
  ): RunningInstance {
    const system = systemOptions(this.#options, machine, state.input);
    return new RunningInstance({
      ...{ machine, id, ...state, system, shared: this.#shared, storeId: this.#storeId },
      firstRows: () => (state.isNew ? [this.#counterRow()] : []),
      onFailed: (instance, error) => this.#quarantine(instance, instance.row, error),
      onDone: instance => void this.#end(instance).catch(() => {}),
    });
  }

  /** Opening goes on whatever is wrong with one instance. */
  async #reopen({ machine, id, row, rows, queue }: StoredInstance): Promise<void> {
    try {
      await this.#load({ machine, id }, row, { rows, waiting: new QuarantinedInstance(row, queue) });
    } catch {
      if (this.#ended !== undefined) throw this.#ended.reason;
      this.#quarantined.get(keyOf({ machine, id }))?.queue.push(...queue);
    }
  }

  async #resume(name: InstanceName, quarantined: QuarantinedInstance): Promise<void> {
    const { status: _, error: __, ...row } = quarantined.row;
    // A batch from before the error may still be on its way to the disk.
    await this.#shared.barrier();
    const rows = await readOwnRows(this.#shared.store, row.uid);
    const instance = await this.#load(name, row, { rows, waiting: quarantined });
    await this.#shared.write([{ type: 'put', key: keyOf(name), value: instance.row }]);
  }

  /** Opens an instance and sends it what waited. An error of the instance quarantines it. */
  async #load(
    name: InstanceName,
    row: InstanceRow,
    { rows, waiting }: { rows: OwnRow[]; waiting: QuarantinedInstance },
  ): Promise<RunningInstance> {
    const instance = await this.#open(name, row, rows);
    // An event can come while the last one is being sent; from the check on nothing comes between.
    do await waiting.drain(instance, operation => this.#shared.write([operation]));
    while (waiting.queue.length > 0);
    this.#quarantined.delete(keyOf(name));
    if (!instance.hasEnded) this.#running.set(keyOf(name), instance);
    return instance;
  }

  async #open(name: InstanceName, row: InstanceRow, rows: OwnRow[]): Promise<RunningInstance> {
    try {
      const instance = this.#create(name, { row, rows, isNew: false });
      await instance.open();
      return instance;
    } catch (error) {
      this.#quarantine(name, row, error);
      throw error;
    }
  }

  #quarantine({ machine, id }: InstanceName, last: InstanceRow, error: unknown): void {
    if (this.#ended !== undefined) return;
    const at = key.instance(machine, id);
    const row: InstanceRow = { ...last, status: 'quarantined', error: TroupeError.serialize(error) };
    this.#running.delete(at);
    const before = this.#quarantined.get(at);
    if (before === undefined) this.#quarantined.set(at, new QuarantinedInstance(row));
    else before.row = row;
    // A failure of the store ends the system, which tells the application.
    this.#shared.write([{ type: 'put', key: at, value: row }]).catch(() => {});
    this.#options.onQuarantine?.(toInfo(at, row, this.#knows));
  }

  /** Ends an instance that is done, or with a reason one that is stopped. Its rows go with the batch that says so. */
  #end(instance: RunningInstance, reason?: TroupeError): Promise<void> {
    const ending = this.#endNow(instance, reason);
    this.#ending.add(ending);
    return ending.finally(() => this.#ending.delete(ending));
  }

  async #endNow(instance: RunningInstance, reason?: TroupeError): Promise<void> {
    const at = keyOf(instance);
    this.#hasFinished = true;
    this.#running.delete(at);
    await instance.end(reason ?? notRunningError(instance, { status: 'done' }));
    const endedAt = instance.row.endedAt ?? this.#options.clock.now();
    const row: InstanceRow = { ...instance.row, status: instance.row.status ?? 'stopped', endedAt };
    const rows = await readDeletions(this.#shared.store, row.uid);
    this.#finished.add({ key: at, endedAt });
    await this.#shared.write([{ type: 'put', key: at, value: row }, ...rows, ...this.#finished.expire()]);
  }

  #counterRow(): Operation {
    return { type: 'put', key: key.instances, value: this.#counter };
  }

  #assertOpen(): void {
    if (this.#ended !== undefined) throw this.#ended.reason;
  }

  #onStoreFailed(error: unknown): void {
    if (this.#ended !== undefined) return;
    const failure = toFailure(error, 'INTERNAL');
    this.#ended = { reason: failure };
    this.#options.onFatal?.(failure);
  }

  async #close(): Promise<void> {
    const reason = new TroupeError('SYSTEM_CLOSED', 'The durable system was closed.');
    try {
      await Promise.allSettled(this.#starting.values());
      await Promise.allSettled([...this.#running.values()].map(instance => instance.end(reason)));
      await Promise.allSettled(this.#ending);
      if (this.#ended === undefined) await this.#shared.barrier();
    } finally {
      this.#ended ??= { reason };
      this.#shared.end(reason);
      await this.#closeStore();
    }
  }
}
