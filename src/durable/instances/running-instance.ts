/** An instance in memory: a durable system of its own on its part of the store. */
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { TroupeError } from '../../model/errors.ts';
import type { Operation } from '../../ports/store.ts';
import type { DurableOptions } from '../api.ts';
import { key } from '../keys.ts';
import { RunningSystem } from '../running-system.ts';
import { describeSnapshot, type InstanceRow } from './instance-row.ts';
import { InstanceStore, type OwnRow } from './instance-store.ts';
import type { SharedStore } from './shared-store.ts';

interface RunningInstanceOptions {
  machine: string;
  id: string;
  row: InstanceRow;
  shared: SharedStore;
  storeId: string;
  rows: OwnRow[];
  isNew: boolean;
  system: Pick<DurableOptions<AnyStateMachine>, 'machine' | 'input' | 'clock' | 'keepCommands' | 'migrations'>;
  /** Rows to write with the first batch. */
  firstRows: () => Operation[];
  /** Called when an error ended the instance after it was opened. */
  onFailed: (instance: RunningInstance, error: TroupeError) => void;
  /** Called when the machine's final state is on disk. */
  onDone: (instance: RunningInstance) => void;
}

interface Waiter {
  check(snapshot: AnyMachineSnapshot): void;
  reject(error: unknown): void;
}

export class RunningInstance {
  readonly machine: string;
  readonly id: string;
  readonly system: RunningSystem<AnyStateMachine>;
  /** As the last batch has it. */
  row: InstanceRow;
  readonly #options: RunningInstanceOptions;
  readonly #store: InstanceStore;
  #written: AnyMachineSnapshot | undefined;
  #waiters: Set<Waiter> | undefined;
  #isOpen = false;
  #ended: { reason: unknown } | undefined;

  constructor(options: RunningInstanceOptions) {
    this.#options = options;
    const { machine, id, row, shared, storeId, rows, isNew, system } = options;
    this.machine = machine;
    this.id = id;
    this.row = row;
    const deriveRows = () => this.#deriveRows();
    this.#store = new InstanceStore({ shared, uid: row.uid, storeId, rows, isNew, deriveRows });
    const onFatal = (error: TroupeError) => this.#fail(error);
    const own = { effectKeyPrefix: `${row.uid}-`, onFatal };
    this.system = new RunningSystem({ ...system, ...own, store: this.#store }, this.#store, () => undefined);
  }

  /** @throws what the machine, or reading its state, throws; nothing was written then */
  async open(): Promise<void> {
    try {
      await this.system.open();
    } catch (error) {
      await this.system.abandon();
      this.#ended = { reason: error };
      throw error;
    }
    this.#isOpen = true;
    this.#store.forgetRows();
    if (this.row.status === 'done') this.#options.onDone(this);
  }

  /** Whether it takes no more events, because its machine is done or it failed. */
  get hasEnded(): boolean {
    return this.#ended !== undefined || this.row.status !== undefined;
  }

  get snapshot(): AnyMachineSnapshot {
    return this.system.root.getSnapshot();
  }

  /** Resolves with what `read` returns, once the state in which it returned something is on disk. */
  async when<T>(read: (snapshot: AnyMachineSnapshot) => { value: T } | undefined): Promise<T> {
    if (this.#ended !== undefined) throw this.#ended.reason;
    const { value } = read(this.snapshot) ?? (await this.#next(read));
    await this.system.barrier();
    return value;
  }

  /** Ends the instance in memory; the store keeps it. */
  async end(reason: TroupeError): Promise<void> {
    this.#rejectWaiters(reason);
    await this.system.close();
  }

  #next<T>(read: (snapshot: AnyMachineSnapshot) => { value: T } | undefined): Promise<{ value: T }> {
    return new Promise((resolve, reject) => {
      const waiters = this.#observe();
      const waiter: Waiter = {
        check(snapshot) {
          try {
            const found = read(snapshot);
            if (found === undefined) return;
            waiters.delete(waiter);
            resolve(found);
          } catch (error) {
            waiters.delete(waiter);
            reject(error);
          }
        },
        reject,
      };
      waiters.add(waiter);
    });
  }

  /** An instance without waiters has no observer. */
  #observe(): Set<Waiter> {
    if (this.#waiters !== undefined) return this.#waiters;
    const waiters = new Set<Waiter>();
    this.#waiters = waiters;
    const next = (snapshot: AnyMachineSnapshot) => {
      for (const waiter of [...waiters]) waiter.check(snapshot);
    };
    // The runtime reports the error; without an observer of errors XState would throw it.
    this.system.root.subscribe({ next, error: () => {} });
    return waiters;
  }

  #deriveRows(): Operation[] {
    const { machine, id, row, firstRows, onDone, system } = this.#options;
    const { snapshot } = this;
    if (snapshot === this.#written) return [];
    const first = this.#written === undefined ? firstRows() : [];
    this.#written = snapshot;
    this.row = { uid: row.uid, startedAt: row.startedAt, ...describeSnapshot(snapshot) };
    if (this.row.status === 'done') this.row.endedAt = system.clock.now();
    if (this.row.status === 'done' && this.#isOpen)
      void this.system.barrier().then(
        () => onDone(this),
        () => {},
      );
    return [{ type: 'put', key: key.instance(machine, id), value: this.row }, ...first];
  }

  #fail(error: TroupeError): void {
    this.#rejectWaiters(error);
    if (this.#isOpen) this.#options.onFailed(this, error);
  }

  #rejectWaiters(reason: unknown): void {
    this.#ended ??= { reason };
    for (const waiter of this.#waiters?.values() ?? []) waiter.reject(reason);
    this.#waiters?.clear();
  }
}
