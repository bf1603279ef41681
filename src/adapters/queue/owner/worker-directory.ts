import type { EngineJob, QueueEngine } from '../engine.ts';
import { createWorkerWatch, readRegistry, type WatchedWorker } from '../registry.ts';
import type { WorkerRecord } from '../worker-record.ts';

/** The workers, as of the last look. */
export interface WorkerDirectory {
  look(): Promise<void>;
  /** Also those that were lost a short time ago. */
  all(): readonly WatchedWorker[];
  live(): readonly WorkerRecord[];
  /** The queues of work of all workers, also of those that are gone. */
  queues(): readonly string[];
  /** Finds a job in any of them. */
  find(id: string): Promise<{ queue: string; job: EngineJob } | null>;
}

export function createWorkerDirectory(engine: QueueEngine): WorkerDirectory {
  const watch = createWorkerWatch();
  let all: readonly WatchedWorker[] = [];
  let queues: readonly string[] = [];
  return {
    async look() {
      const found = await readRegistry(engine);
      queues = found.queues;
      all = watch(found.workers, Date.now());
    },
    all: () => all,
    live: () => all.filter(({ isLost }) => !isLost).map(({ record }) => record),
    queues: () => queues,
    async find(id) {
      for (const queue of queues) {
        const job: EngineJob | undefined = await engine.queue(queue).getJob(id);
        if (job !== undefined) return { queue, job };
      }
      return null;
    },
  };
}
