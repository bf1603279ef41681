/** The part of a store that belongs to one instance, as a store of its own: the durable runtime knows no other instance. */
import { TroupeError } from '../../model/errors.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { key, storeFormat } from '../keys.ts';
import type { RowChange } from './instance-record.ts';
import type { SharedStore } from './shared-store.ts';

/** A row with the key that it has within the instance. */
export type OwnRow = [key: string, value: unknown];

interface InstanceStoreOptions {
  shared: SharedStore;
  uid: string;
  storeId: string;
  /** The rows of the instance, read before; none for a new instance. */
  rows: OwnRow[];
  isNew: boolean;
  /** Operations of the first batch, under the keys that they have in the store of all. */
  together: readonly Operation[];
  /** Called for each batch with its operations: the change of the row of the instance that belongs to it. */
  deriveChange: (operations: readonly Operation[]) => RowChange | undefined;
}

/** The same for all instances, so they have no rows. */
const fixedKeys = new Set<string>([key.format, key.store]);

export class InstanceStore implements Store {
  readonly #options: InstanceStoreOptions;
  readonly #base: string;
  #rows: OwnRow[] | undefined;
  readonly #together: Operation[];

  constructor(options: InstanceStoreOptions) {
    this.#options = options;
    this.#base = key.instanceRow(options.uid);
    this.#rows = options.rows;
    this.#together = [...options.together];
  }

  /** The rows that were read before, until they are forgotten; opening takes all of them. */
  get loaded(): readonly OwnRow[] | undefined {
    return this.#rows;
  }

  /** Frees their memory once the system is open. */
  forgetRows(): void {
    this.#rows = undefined;
  }

  async get(at: string): Promise<unknown> {
    const { isNew, shared, storeId, uid } = this.#options;
    if (at === key.store) return `${storeId}/${uid}`;
    if (at === key.format) return isNew ? undefined : storeFormat;
    return shared.store.get(this.#base + at);
  }

  async *entries(
    prefix: string,
    options?: { after?: string; limit?: number; reverse?: boolean },
  ): AsyncIterable<OwnRow> {
    const after = options?.after === undefined ? {} : { after: this.#base + options.after };
    const rows = this.#options.shared.store.entries(this.#base + prefix, { ...options, ...after });
    for await (const [at, value] of rows) yield [at.slice(this.#base.length), value];
  }

  async batch(operations: readonly Operation[]): Promise<void> {
    const own = operations.filter(operation => !fixedKeys.has(operation.key));
    const rows: Operation[] = own.map(operation => ({ ...operation, key: this.#base + operation.key }));
    rows.push(...this.#together.splice(0));
    try {
      await this.#options.shared.write(rows, this.#options.deriveChange(own));
    } catch (error) {
      throw this.#withOwnKey(error);
    }
  }

  async close(): Promise<void> {}

  /** The runtime names the actor by the key of its row. */
  #withOwnKey(error: unknown): unknown {
    if (!TroupeError.is(error) || error.where?.startsWith(this.#base) !== true) return error;
    const { code, message, hints, details = {} } = error;
    return new TroupeError(code, message, { where: error.where.slice(this.#base.length), hints, details });
  }
}
