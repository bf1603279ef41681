/** An instance in memory: a durable system of its own on its part of the store. */
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { TroupeError } from '../../model/errors.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { Operation } from '../../ports/store.ts';
import type { DurableOptions } from '../api.ts';
import { notOpen } from '../failure.ts';
import { RunningSystem } from '../running-system.ts';
import type { InstanceRecord, RowChange } from './instance-record.ts';
import { describeSnapshot, type InstanceRow } from './instance-row.ts';
import { InstanceStore, type OwnRow } from './instance-store.ts';
import { type AttributeReader, hasSameValues } from './search-attributes.ts';
import type { SharedStore } from './shared-store.ts';
import { Waiters } from './waiters.ts';
import { wakeTimeOf } from './wake-time.ts';

export interface RunningInstanceOptions {
  record: InstanceRecord;
  uid: string;
  startedAt: number;
  shared: SharedStore;
  storeId: string;
  rows: OwnRow[];
  isNew: boolean;
  /** Written with its first batch. */
  together: readonly Operation[];
  system: Pick<
    DurableOptions<AnyStateMachine>,
    'machine' | 'input' | 'clock' | 'keepCommands' | 'migrations' | 'traceEffect'
  >;
  readAttributes: AttributeReader;
  /** Called for each batch. */
  onChanged: (instance: RunningInstance) => void;
  /** Called when an error ended the instance after it was opened. */
  onFailed: (instance: RunningInstance, error: TroupeError) => void;
  /** Called when the machine's final state is on disk. */
  onDone: (instance: RunningInstance) => void;
}

export class RunningInstance {
  readonly record: InstanceRecord;
  readonly system: RunningSystem<AnyStateMachine>;
  /** Number of calls that use it; it stays in memory meanwhile. */
  users = 0;
  /** When it was last used, in milliseconds since the epoch. */
  usedAt: number;
  readonly #options: RunningInstanceOptions;
  readonly #store: InstanceStore;
  readonly #waiters: Waiters;
  #described: AnyMachineSnapshot | undefined;
  #isDone = false;
  #isOpen = false;
  #ended: { reason: unknown } | undefined;

  constructor(options: RunningInstanceOptions) {
    this.#options = options;
    const { record, uid, shared, storeId, rows, isNew, together, system } = options;
    this.record = record;
    this.usedAt = system.clock.now();
    const deriveChange = (operations: readonly Operation[]) => this.#deriveChange(operations);
    this.#store = new InstanceStore({ shared, uid, storeId, rows, isNew, together, deriveChange });
    const onFatal = (error: TroupeError) => this.#fail(error);
    // A lost batch is detected in the store of all.
    const instance = `${record.machine}/${record.id}`;
    const own = { effectKeyPrefix: `${uid}-`, instance, onFatal, retainedCommits: 1 };
    this.system = new RunningSystem({ ...system, ...own, store: this.#store }, this.#store, () => undefined);
    this.#waiters = new Waiters(this.system);
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
    this.#refreshAttributes();
    if (this.#isDone) this.#options.onDone(this);
  }

  /** Whether it takes no more events, because its machine is done or it failed. */
  get hasEnded(): boolean {
    return this.#ended !== undefined || this.#isDone;
  }

  /** Resolves with what `read` returns, once the state in which it returned something is on disk. */
  async when<T>(read: (snapshot: AnyMachineSnapshot) => { value: T } | undefined): Promise<T> {
    if (this.#ended !== undefined) throw this.#ended.reason;
    const { value } = read(this.system.root.getSnapshot()) ?? (await this.#waiters.next(read));
    await this.system.barrier();
    return value;
  }

  /**
   * Ends it in memory if it rests and no call uses it, and returns when it must be back; returns undefined otherwise. The store
   * holds all of it.
   */
  fallAsleep(): { wakeAt: number | undefined } | undefined {
    if (!this.#isOpen || this.hasEnded || this.users > 0 || this.#waiters.size > 0) return undefined;
    const rest = this.system.rest();
    if (rest === undefined) return undefined;
    this.#ended = { reason: notOpen };
    void this.system.abandon();
    return { wakeAt: rest.nextDue };
  }

  /** Ends the instance in memory; the store keeps it. */
  async end(reason: TroupeError): Promise<void> {
    this.#endWith(reason);
    await this.system.close();
  }

  #deriveChange(operations: readonly Operation[]): RowChange | undefined {
    const { record, uid, startedAt, system, readAttributes, onChanged, onDone } = this.#options;
    onChanged(this);
    const snapshot: AnyMachineSnapshot = this.system.root.getSnapshot();
    const wakeAt = wakeTimeOf(operations);
    const isDescribed = snapshot === this.#described;
    if (isDescribed && wakeAt === undefined) return undefined;
    this.#described = snapshot;
    const described = describeSnapshot(snapshot, readAttributes);
    // Its own rows are deleted next: after a crash in between they are found by the time.
    const ending = described.status === 'done' ? { endedAt: system.clock.now(), wakeAt: 0 } : undefined;
    if (ending !== undefined && !this.#isDone) {
      this.#isDone = true;
      if (this.#isOpen)
        this.system.barrier().then(
          () => onDone(this),
          () => {},
        );
    }
    const next = (before: InstanceRow | undefined): InstanceRow | undefined => {
      const { wakeAt: first = Number.POSITIVE_INFINITY, hasQueue } = before ?? {};
      const earliest = Math.min(first, wakeAt ?? Number.POSITIVE_INFINITY);
      if (isDescribed && earliest === first) return before;
      return {
        ...{ uid, startedAt, ...described },
        ...(earliest === Number.POSITIVE_INFINITY ? {} : { wakeAt: earliest }),
        ...omitUndefined({ hasQueue }),
        ...ending,
      };
    };
    return { record, next };
  }

  /** The declaration may have changed since the row was written. */
  #refreshAttributes(): void {
    const { record, shared, readAttributes, isNew } = this.#options;
    if (isNew) return;
    const attributes = readAttributes(this.system.root.getSnapshot());
    if (hasSameValues(attributes, record.row?.attributes)) return;
    const next = (before: InstanceRow | undefined): InstanceRow | undefined => {
      if (before === undefined) return before;
      const { attributes: _, ...row } = before;
      return attributes === undefined ? row : { ...row, attributes };
    };
    shared.write([], { record, next }).catch(() => {});
  }

  #fail(error: TroupeError): void {
    this.#endWith(error);
    if (this.#isOpen) this.#options.onFailed(this, error);
  }

  #endWith(reason: unknown): void {
    this.#ended ??= { reason };
    this.#waiters.end(reason);
  }
}
