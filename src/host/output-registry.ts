import type { OutputIdentity } from '../model/checkout.ts';

/** Maximum number of other processes' outputs; they stay after the process disconnected, because the files remain. */
const outputsMax = 200;

/** The files and pipes that the processes of one store print to. */
export interface OutputRegistry {
  /** Of this process. */
  readonly own: readonly OutputIdentity[];
  /** Adds those of a process that attached to this one. */
  add(outputs: readonly OutputIdentity[]): void;
  all(): readonly OutputIdentity[];
}

/** Creates a registry with the outputs of this process. */
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
