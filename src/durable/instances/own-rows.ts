/**
 * Reads the rows of instances. Of those that are asked for in one turn, neighbours are read together: instances that started
 * together are often due together, and each read is work for a thread, or a round trip.
 */

import { ascending } from '../../model/text-order.ts';
import type { Store } from '../../ports/store.ts';
import { key, numberOfUid, prefix, splitKey } from '../keys.ts';
import type { OwnRow } from './instance-store.ts';

/** At most so many instances between two of them are read in vain. */
const gapMax = 2;
/** Rows read at once for each instance; a simple one that waits for a timer has four. */
const rowsEach = 6;

interface Asked {
  uid: string;
  resolve(rows: OwnRow[]): void;
  reject(error: unknown): void;
}

export class OwnRows {
  readonly #store: Store;
  #asked: Asked[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /** Returns all rows of the instance with this uid, under the keys that they have within it, in the order of these. */
  read(uid: string): Promise<OwnRow[]> {
    return new Promise((resolve, reject) => {
      if (this.#asked.length === 0) process.nextTick(() => this.#readAsked());
      this.#asked.push({ uid, resolve, reject });
    });
  }

  #readAsked(): void {
    const asked = this.#asked.sort(ascending(({ uid }) => uid));
    this.#asked = [];
    let neighbours: Asked[] = [];
    let before = Number.NaN;
    for (const one of asked) {
      const number = numberOfUid(one.uid);
      if (number - before > gapMax + 1) {
        this.#readRange(neighbours);
        neighbours = [];
      }
      neighbours.push(one);
      before = number;
    }
    this.#readRange(neighbours);
  }

  #readRange(asked: readonly Asked[]): void {
    const [first, ...others] = asked;
    if (first === undefined) return;
    if (others.length === 0) this.#readOne(first.uid).then(first.resolve, first.reject);
    else
      this.#readNeighbours(asked.map(({ uid }) => uid)).then(
        rows => {
          for (const { uid, resolve } of asked) resolve(rows.get(uid) ?? []);
        },
        error => {
          for (const { reject } of asked) reject(error);
        },
      );
  }

  async #readOne(uid: string): Promise<OwnRow[]> {
    const base = key.instanceRow(uid);
    const rows: OwnRow[] = [];
    for await (const [at, value] of this.#store.entries(base)) rows.push([at.slice(base.length), value]);
    return rows;
  }

  /** Rows of the instances between the first and the last. */
  async #readNeighbours(uids: readonly string[]): Promise<Map<string, OwnRow[]>> {
    const found = new Map<string, OwnRow[]>();
    const [first = '', last = first] = [uids[0], uids.at(-1)];
    const limit = rowsEach * uids.length;
    let after = key.instanceRow(first);
    for (let count = limit; count === limit; ) {
      count = 0;
      for await (const [at, value] of this.#store.entries(prefix.instanceRow, { after, limit })) {
        const { uid, rest } = splitKey(at.slice(prefix.instanceRow.length));
        if (uid > last) return found;
        const rows = found.get(uid);
        if (rows === undefined) found.set(uid, [[rest, value]]);
        else rows.push([rest, value]);
        after = at;
        count++;
      }
    }
    return found;
  }
}
