import { type Clock, type Troupe, TroupeError } from '../index.ts';
import type { LoadedContent } from './view-model.ts';

/** The workers while their view is shown: read again and again, because they are no events. */
export interface WorkersLoader {
  show(isShown: boolean): void;
}

const everyMs = 2000;

interface WorkersLoaderOptions {
  clock: Clock;
  put(part: Pick<LoadedContent, 'workers'>): void;
  failed(thrown: unknown): void;
}

export function createWorkersLoader(troupe: Troupe, { clock, put, failed }: WorkersLoaderOptions): WorkersLoader {
  /** Stops the current reading; null while there is none. */
  let stop: (() => void) | null = null;
  const follow = () => {
    let isStopped = false;
    let cancel = () => {};
    const read = async () => {
      const workers = await readWorkers(troupe);
      if (isStopped) return;
      put({ workers });
      cancel = clock.at(clock.now() + everyMs, () => void read().catch(failed));
    };
    void read().catch(failed);
    return () => {
      isStopped = true;
      cancel();
    };
  };
  return {
    show(isShown) {
      if (isShown === (stop !== null)) return;
      stop?.();
      stop = isShown ? follow() : null;
    },
  };
}

async function readWorkers(troupe: Troupe): Promise<LoadedContent['workers']> {
  try {
    return { list: await troupe.workers(), problem: null };
  } catch (thrown) {
    // The queue, or the owner, may be there again at the next look.
    TroupeError.assert(thrown);
    return { list: [], problem: thrown.message };
  }
}
