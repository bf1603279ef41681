import type { Clock, Operation, Project, Store, StoreOpener } from 'troupe';

/**
 * One life of a program, which ends as with `kill -9` right after a given commit: what the commit wrote is on disk, and
 * nobody hears of it. From then on nothing is written, no deed in the project begins, no timer fires, and nothing is
 * closed or cleaned up. Programs it started live on, as orphans do; a deed of git's that had begun runs to its end.
 */
export interface CrashableRun {
  store: StoreOpener;
  project: Project;
  clock: Clock;
  readonly crashed: boolean;
  /** Resolves when it has died and the deeds it had begun are over. */
  exited: Promise<void>;
}

export interface CrashableRunOptions {
  /** Outlives the life: its rows are what is on disk. */
  store: Store;
  project: Project;
  /** How many commits the life is granted. */
  commits: number;
}

/** What a dead program waits for. */
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
    // Looking is harmless: what reads after the death of its program learns what is on disk.
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

/** The same, of which a dead program begins nothing and hears nothing; what it hands out at once, like the files of a sandbox, too. */
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

/** The one question that a project answers at once. */
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
