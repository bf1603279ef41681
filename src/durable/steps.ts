/** Results of completed steps: written together with what the step caused, and returned when its effect runs again. */

import { omitUndefined } from '../model/optional-keys.ts';
import type { Operation } from '../ports/store.ts';
import { key } from './keys.ts';

/** A recorded result with its key. */
export interface StoredStep {
  uid: string;
  name: string;
  result: unknown;
}

export class Steps {
  readonly #write: (operation: Operation) => void;
  /** Names of stored steps by effect, to erase them together with the effect. */
  readonly #stored = new Map<string, Set<string>>();
  /** Results from before the restart. */
  readonly #loaded = new Map<string, Map<string, unknown>>();

  constructor(write: (operation: Operation) => void) {
    this.#write = write;
  }

  /** Loads a stored row. */
  load(uid: string, name: string, result: unknown): void {
    this.#names(uid).add(name);
    const results = this.#loaded.get(uid) ?? new Map<string, unknown>();
    this.#loaded.set(uid, results.set(name, result));
  }

  recorded(uid: string, name: string): { result: unknown } | undefined {
    const results = this.#loaded.get(uid);
    return results?.has(name) ? { result: results.get(name) } : undefined;
  }

  save(uid: string, name: string, result: unknown): void {
    this.#names(uid).add(name);
    this.#write({ type: 'put', key: key.step(uid, name), value: omitUndefined({ result }) });
  }

  has(uid: string): boolean {
    return this.#stored.has(uid);
  }

  /** Returns the names of an effect's stored results. */
  names(uid: string): ReadonlySet<string> {
    return this.#stored.get(uid) ?? new Set();
  }

  /** Stores the recorded result of an actor that is restored. */
  restore(uid: string, name: string, result: unknown): void {
    this.load(uid, name, result);
    this.#write({ type: 'put', key: key.step(uid, name), value: { result } });
  }

  /** Removes the results from memory; the rows stay. */
  release(uid: string): void {
    this.#stored.delete(uid);
    this.#loaded.delete(uid);
  }

  erase(uid: string, operations: Operation[]): void {
    for (const name of this.#stored.get(uid) ?? []) operations.push({ type: 'del', key: key.step(uid, name) });
    this.release(uid);
  }

  #names(uid: string): Set<string> {
    const names = this.#stored.get(uid) ?? new Set<string>();
    this.#stored.set(uid, names);
    return names;
  }
}
