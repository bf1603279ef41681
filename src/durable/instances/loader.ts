/** Brings instances into memory: new ones, and those that sleep. */
import type { Operation } from '../../ports/store.ts';
import { formatUid } from '../keys.ts';
import { assertKnown, systemOptions } from './instance-options.ts';
import type { InstanceRecord, StoredRecord } from './instance-record.ts';
import { type InstanceName, type InstanceRow, keyOf, notRunningError } from './instance-row.ts';
import type { InstancesContext } from './instances-context.ts';
import { OwnRows } from './own-rows.ts';
import type { Quarantine } from './quarantine.ts';
import { RunningInstance, type RunningInstanceOptions } from './running-instance.ts';
import { attributeReader } from './search-attributes.ts';
import { readRecord } from './stored-instances.ts';

interface LoaderOptions {
  context: InstancesContext;
  quarantine: Quarantine;
  onDone: (instance: RunningInstance) => void;
}

export class Loader {
  readonly #context: InstancesContext;
  readonly #quarantine: Quarantine;
  readonly #onDone: (instance: RunningInstance) => void;
  readonly #ownRows: OwnRows;

  constructor({ context, quarantine, onDone }: LoaderOptions) {
    this.#context = context;
    this.#quarantine = quarantine;
    this.#onDone = onDone;
    this.#ownRows = new OwnRows(context.shared.store);
  }

  /** Starts an instance unless it exists, and writes `together` in the same batch. @throws what its machine throws; nothing was written then */
  async start(name: InstanceName, input: unknown, together: readonly Operation[] = []): Promise<void> {
    const { shared, awake, options } = this.#context;
    await shared.barrier();
    if ((await shared.store.get(keyOf(name))) !== undefined) return shared.write(together);
    const uid = formatUid(shared.nextNumber());
    const record: InstanceRecord = { machine: name.machine, id: name.id, row: undefined };
    const startedAt = options.clock.now();
    const instance = this.#create(record, { uid, startedAt, rows: [], isNew: true, together }, input);
    await instance.open();
    // It may have ended while it was opened.
    if (!instance.hasEnded) awake.add(instance);
  }

  /**
   * Opens an instance that sleeps, and sends it what waited. An error of the instance quarantines it. With `isHeld` it counts one
   * more user as soon as it could fall asleep again: others that wake meanwhile may take its place before the caller gets it.
   * @throws {TroupeError} UNKNOWN_ACTOR, INSTANCE_ENDED, or the error of a quarantined instance
   */
  wake(record: InstanceRecord, isHeld = false): Promise<RunningInstance> {
    return this.#context.telemetry.measure('wake', record, () => this.#wake(record, isHeld));
  }

  async #wake(record: InstanceRecord, isHeld: boolean): Promise<RunningInstance> {
    const { awake, knows } = this.#context;
    const row = record.row as InstanceRow;
    if (row.status !== undefined) throw notRunningError(record, row);
    assertKnown(record.machine, knows);
    const rows = await this.#ownRows.read(row.uid);
    try {
      const instance = this.#create(record, {
        uid: row.uid,
        startedAt: row.startedAt,
        rows,
        isNew: false,
        together: [],
      });
      await instance.open();
      await this.#quarantine.drain(instance);
      if (isHeld) instance.users++;
      if (!instance.hasEnded) awake.add(instance);
      return instance;
    } catch (error) {
      this.#quarantine.add(record, error);
      throw error;
    }
  }

  /** Returns the instance in memory, or its record when it is not. */
  async find(name: InstanceName): Promise<RunningInstance | StoredRecord> {
    const { awake, shared } = this.#context;
    return awake.get(keyOf(name)) ?? readRecord(shared, name);
  }

  #create(
    record: InstanceRecord,
    state: Pick<RunningInstanceOptions, 'uid' | 'startedAt' | 'rows' | 'isNew' | 'together'>,
    input?: unknown,
  ): RunningInstance {
    const { options, shared, storeId, awake, telemetry } = this.#context;
    const system = systemOptions(options, record.machine, { input, version: record.row?.version });
    const traceEffect = telemetry.traceEffects(record);
    return new RunningInstance({
      ...{ record, ...state, system: { ...system, ...traceEffect }, shared, storeId },
      readAttributes: attributeReader(options.search, record.machine),
      onChanged: instance => awake.touch(instance),
      onFailed: (instance, error) => {
        awake.remove(instance);
        this.#quarantine.add(record, error);
      },
      onDone: instance => this.#onDone(instance),
    });
  }
}
