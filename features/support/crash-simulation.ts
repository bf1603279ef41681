import type { Clock, Operation, Project, Store, StoreOpener } from 'troupe';

/**
 * One run of a program that ends as with `kill -9` right after a given commit: the commit is on disk, but no one is
 * notified. From then on nothing is written, no operation in the project starts, no timer fires, and nothing is
 * closed or cleaned up. Programs it started continue, as orphans do; a git operation that has started completes.
 */
export interface CrashableRun {
  store: StoreOpener;
  project: Project;
  clock: Clock;
  readonly crashed: boolean;
  /** Resolves when it has crashed and its started operations are done. */
  exited: Promise<void>;
}

export interface CrashableRunOptions {
  /** Outlives the run: its rows are on disk. */
  store: Store;
  project: Project;
  /** Number of commits before the crash. */
  commits: number;
}

/** What a crashed program waits for. */
const never = new Promise<never>(() => undefined);

export function startRun({ store, project, commits }: CrashableRunOptions): CrashableRun {
  const timers = new Set<NodeJS.Timeout>();
  let left = commits;
  let dead = false;
  let ended = () => {};
  const died = new Promise<void>(resolve => {
    ended = resolve;
  });

  const die = (): Promise<never> => {
    dead = true;
    for (const timer of timers) clearTimeout(timer);
    void project.close().then(ended);
    return never;
  };

  async function batch(operations: readonly Operation[]): Promise<void> {
    if (dead) return never;
    await store.batch(operations);
    left -= 1;
    if (left === 0 || dead) return die();
  }

  const clock: Clock = {
    now: () => Date.now(),
    at(atMs, callback) {
      if (dead) return () => {};
      const timer = setTimeout(callback, Math.min(atMs - Date.now(), 2 ** 31 - 1));
      timers.add(timer);
      return () => clearTimeout(timer);
    },
  };

  return {
    // Reading is harmless: after the crash it returns what is on disk.
    store: async () => ({
      get: key => store.get(key),
      entries: (prefix, options) => store.entries(prefix, options),
      batch,
      close: async () => undefined,
    }),
    project: stopAfterCrash(project, () => dead),
    clock,
    exited: died,
    get crashed() {
      return dead;
    },
  };
}

/**
 * Wraps a port: after the crash it starts nothing and receives nothing, also for objects it returns synchronously,
 * such as the files of a sandbox.
 */
function stopAfterCrash<Port extends object>(port: Port, dead: () => boolean): Port {
  return new Proxy(port, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      return (...words: unknown[]) => {
        if (name === synchronousMethod) return stopAfterCrash(found.apply(target, words), dead);
        return dead() ? never : unlessCrashed(found.apply(target, words), dead);
      };
    },
  });
}

/** The only synchronous method of a project. */
const synchronousMethod: keyof Project = 'filesOf';

async function unlessCrashed(asked: Promise<unknown>, dead: () => boolean): Promise<unknown> {
  const answer = await asked.catch(ignoreAfterCrash(dead));
  return dead() ? never : answer;
}

function ignoreAfterCrash(dead: () => boolean): (thrown: unknown) => unknown {
  return thrown => {
    if (dead()) return never;
    throw thrown;
  };
}
