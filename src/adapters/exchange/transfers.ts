/** Everything that waits for the exchange at the same time uses one connection: starting one costs more than a small tree. */
import type { ExchangeRef } from './exchange-refs.ts';
import { lostTreeError, type RefUpdate, type Remote } from './remote.ts';
import { createRequestBatches } from './request-batches.ts';

export interface Transfers {
  /** Sets or removes a ref of the exchange. @throws {TroupeError} GIT_FAILED */
  update(update: RefUpdate): Promise<void>;
  /** Adds what a ref points to. @throws {TroupeError} GIT_FAILED */
  fetch(ref: string): Promise<void>;
  /** Removes all refs that match. @throws {TroupeError} GIT_FAILED */
  remove(matches: (ref: ExchangeRef) => boolean): Promise<string[]>;
}

interface FetchRequest {
  ref: string;
}

/** Transfers at a time, in each direction: a large one does not hold up the others. */
const concurrent = 3;
/** Refs in one transfer: they are arguments of a program. */
const most = 200;

export interface TransferOptions {
  url: string;
  /** Returns commits here that the exchange is likely to have. */
  tips(): Promise<string[]>;
}

export function openTransfers(remote: Remote, { url, tips }: TransferOptions): Transfers {
  const updates = createRequestBatches<RefUpdate>({
    concurrent,
    most,
    // A transfer that names a ref twice is refused: the last one counts.
    run: async batch => {
      const last = new Map(batch.map(update => [update.ref, update]));
      const failed = await remote.push([...last.values()]);
      const reasons = new Map(Array.from(failed, ([{ ref }, reason]) => [ref, reason]));
      return new Map(
        batch.flatMap(update => {
          const reason = reasons.get(update.ref);
          return reason === undefined ? [] : [[update, reason] as const];
        }),
      );
    },
  });
  const fetches = createRequestBatches<FetchRequest>({
    concurrent,
    most,
    run: async batch => {
      const refs = [...new Set(batch.map(({ ref }) => ref))];
      const missing = await remote.fetch(refs, await tips());
      return new Map(
        batch.filter(({ ref }) => missing.has(ref)).map(request => [request, lostTreeError(url, request.ref)]),
      );
    },
  });
  const lists = createRequestBatches<{ found: ExchangeRef[] }>({
    concurrent: 1,
    most: Number.POSITIVE_INFINITY,
    run: async batch => {
      const found = await remote.list();
      for (const request of batch) request.found = found;
      return new Map();
    },
  });
  const update = (change: RefUpdate) => updates.add(change);
  return {
    update,
    fetch: ref => fetches.add({ ref }),
    async remove(matches) {
      const request = { found: [] as ExchangeRef[] };
      await lists.add(request);
      const refs = request.found.filter(matches).map(({ ref }) => ref);
      await Promise.all(refs.map(ref => update({ ref, commit: null })));
      return refs;
    },
  };
}
