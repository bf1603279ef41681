/** Those who wait for a state of an instance. */
import type { AnyMachineSnapshot } from 'xstate';
import type { DurableSystem } from '../api.ts';

interface Waiter {
  check(snapshot: AnyMachineSnapshot): void;
  reject(error: unknown): void;
}

export class Waiters {
  readonly #system: Pick<DurableSystem, 'root'>;
  /** A system without waiters has no observer. */
  #waiters: Set<Waiter> | undefined;

  constructor(system: Pick<DurableSystem, 'root'>) {
    this.#system = system;
  }

  get size(): number {
    return this.#waiters?.size ?? 0;
  }

  /** Resolves with what `read` returns for the first later state in which it returns something. */
  next<T>(read: (snapshot: AnyMachineSnapshot) => { value: T } | undefined): Promise<{ value: T }> {
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

  end(reason: unknown): void {
    for (const waiter of this.#waiters ?? []) waiter.reject(reason);
    this.#waiters?.clear();
  }

  #observe(): Set<Waiter> {
    if (this.#waiters !== undefined) return this.#waiters;
    const waiters = new Set<Waiter>();
    this.#waiters = waiters;
    const next = (snapshot: AnyMachineSnapshot) => {
      for (const waiter of [...waiters]) waiter.check(snapshot);
    };
    // The runtime reports the error; without an observer of errors XState would throw it.
    this.#system.root.subscribe({ next, error: () => {} });
    return waiters;
  }
}
