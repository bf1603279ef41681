/** Stores that break one promise each, around one that keeps it. */
import type { Operation, Store } from '../../src/ports/store.ts';
import type { Mutant } from './protocol.ts';

const slowMs = 15;

type Batch = (inner: Store, operations: readonly Operation[]) => Promise<void>;

const later = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

/** Acknowledges at once and writes when it pleases, in order. */
function resolvesEarly(): Batch {
  let tail = Promise.resolve();
  return async (inner, operations) => {
    const kept = structuredClone([...operations]);
    tail = tail.then(() => later(slowMs)).then(() => inner.batch(kept));
  };
}

/** Keeps no key of a command: neither its own row nor its part of the row of the commit. */
const dropsWrites: Batch = (inner, operations) => {
  const kept = operations.filter(operation => !(operation.type === 'put' && operation.key.startsWith('d/')));
  const withoutCommands = (operation: Operation): Operation =>
    operation.type === 'put' && operation.key.startsWith('m/c/')
      ? { ...operation, value: (operation.value as unknown[]).slice(0, 4) }
      : operation;
  return inner.batch(kept.map(withoutCommands));
};

const splitsBatches: Batch = async (inner, operations) => {
  for (const operation of operations) await inner.batch([operation]);
};

const delaysWrites: Batch = async (inner, operations) => {
  await later(slowMs);
  await inner.batch(operations);
};

export function mutantStore(inner: Store, mutant: Mutant | undefined): Store {
  if (mutant === undefined) return inner;
  const batch = {
    'ack before commit': resolvesEarly(),
    'no dedup': dropsWrites,
    'one put per actor': splitsBatches,
    'no barrier': delaysWrites,
  }[mutant];
  return {
    get: key => inner.get(key),
    entries: (prefix, options) => inner.entries(prefix, options),
    batch: operations => batch(inner, operations),
    close: () => inner.close(),
  };
}
