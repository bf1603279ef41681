import type { OutputIdentity } from '../model/checkout.ts';

/** So many of other processes are kept; what a process printed is there after it has left. */
const outputsMax = 200;

/** What the processes that use one store print to. */
export interface OutputRegistry {
  /** Of this process. */
  readonly own: readonly OutputIdentity[];
  /** Of a process that attached to this one. */
  add(outputs: readonly OutputIdentity[]): void;
  all(): readonly OutputIdentity[];
}

export function createOutputRegistry(own: readonly OutputIdentity[]): OutputRegistry {
  let others: OutputIdentity[] = [];
  return {
    own,
    add(outputs) {
      others = [...others, ...outputs].slice(-outputsMax);
    },
    all: () => [...own, ...others],
  };
}
