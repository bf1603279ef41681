/** Reports which actors have a state so large that each change of it is expensive: a change writes the whole state. */

import { omitUndefined } from '../model/optional-keys.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { ActorRow, PersistedState } from './actor-row.ts';
import { encodeValue } from './codec.ts';
import { prefix, splitKey } from './keys.ts';

/** A state with more characters than a million in its stored form. */
export interface LargeState {
  /** The ids from the root to the actor, such as `root/order-17`; of an instance `order/17`, and the ids below it. */
  actor: string;
  /** Characters of the stored form. */
  size: number;
  /** The largest member of the context, such as `context.items`. */
  path: string;
}

const largeSize = 1_000_000;

/** Who wrote a row, by the uid in its key; the prefix comes before it. */
interface Writer {
  uid: string;
  before: string;
}

interface LargeStateOptions {
  /** Returns the ids from the root to the actor. */
  pathOf: (writer: Writer) => string | undefined;
  report: (state: LargeState) => void;
}

/** Returns a store that writes to the given one. Looks at the rows of a batch only if together they are large. */
export function watchLargeStates(store: Store, { pathOf, report }: LargeStateOptions): Store {
  const reported = new Set<string>();
  const inspect = (operations: readonly Operation[]) => {
    for (const operation of operations) {
      const writer = operation.type === 'put' ? writerOf(operation.key) : undefined;
      if (writer === undefined || reported.has(writer.before + writer.uid)) continue;
      const { value } = operation as { value: ActorRow | PersistedState };
      const size = encodeValue(value).length;
      const actor = size > largeSize ? pathOf(writer) : undefined;
      if (actor === undefined) continue;
      reported.add(writer.before + writer.uid);
      report({ actor, size, path: largestMember('state' in value ? value.state : value) });
    }
  };
  return {
    get: at => store.get(at),
    entries: (from, options) => store.entries(from, options),
    batch(operations) {
      const before = store.bytesWritten ?? 0;
      const written = store.batch(operations);
      // A store counts before it writes.
      if ((store.bytesWritten ?? 0) - before > largeSize) written.then(() => inspect(operations)).catch(() => {});
      return written;
    },
    close: () => store.close(),
    ...(store.onLost === undefined ? {} : { onLost: listener => store.onLost?.(listener) }),
    ...omitUndefined({ kind: store.kind }),
    get owner() {
      return store.owner;
    },
    get bytesWritten() {
      return store.bytesWritten;
    },
  } as Store;
}

/** The rows of actors are under `a/`, and those of instances under `V/<uid>/a/`. */
function writerOf(at: string): Writer | undefined {
  const isOfInstance = at.startsWith(prefix.instanceRow);
  const { uid, rest } = isOfInstance ? splitKey(at.slice(prefix.instanceRow.length)) : { uid: '', rest: at };
  if (!rest.startsWith(prefix.actor)) return undefined;
  return { uid: splitKey(rest.slice(prefix.actor.length)).uid, before: uid };
}

function largestMember(state: PersistedState): string {
  if ('snapshot' in state) return 'snapshot';
  const sizes = Object.entries(state.context ?? {}).map(([name, value]) => ({ name, size: encodeValue(value).length }));
  const [largest] = sizes.sort((a, b) => b.size - a.size);
  return largest === undefined ? 'value' : `context.${largest.name}`;
}
