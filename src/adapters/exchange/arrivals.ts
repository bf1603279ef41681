/** Which commits are here with all that belongs to them. */
export interface Arrivals {
  /** Fetches the commit unless it is here. Those that ask for one at the same time share its transfer. */
  need(commit: string, fetch: () => Promise<void>): Promise<void>;
  /** It was made here. */
  add(commit: string): void;
}

/**
 * A transfer writes a commit before the rest of it, so a commit that exists may still be on its way.
 * @param complete commits that arrived before this process started
 * @param exists whether a commit is there: git may have collected it
 */
export function createArrivals(complete: readonly string[], exists: (commit: string) => Promise<boolean>): Arrivals {
  const here = new Set(complete);
  const arriving = new Map<string, Promise<void>>();
  const isHere = async (commit: string) => here.has(commit) && (await exists(commit));
  return {
    async need(commit, fetch) {
      // Set before anything is awaited: those that ask in the same moment wait for each other.
      const before = arriving.get(commit);
      const arrive = async () => {
        // Another ref names it. When that one is gone, ours may be there.
        await before?.catch(() => undefined);
        if (await isHere(commit)) return;
        await fetch();
        here.add(commit);
      };
      const arrival = arrive().finally(() => {
        if (arriving.get(commit) === arrival) arriving.delete(commit);
      });
      arriving.set(commit, arrival);
      await arrival;
    },
    add(commit) {
      here.add(commit);
    },
  };
}
