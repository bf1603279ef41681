import { setTimeout as pause } from 'node:timers/promises';
import type { EngineJob, QueueEngine } from '../engine.ts';
import type { JobProgress, ToWorker } from '../messages.ts';

/** Jobs that are stopped: removed where no worker does them, else ended by their worker and then removed. */
export interface JobStops {
  stop(job: { id: string; planId: string; queue: string }): void;
  has(id: string): boolean;
  /** Resolves when the stopped jobs of a plan, or all, have ended. */
  wait(planId?: string): Promise<void>;
}

const pollMs = 100;

export function createJobStops(
  engine: QueueEngine,
  send: (worker: string, message: ToWorker) => void,
  /** Milliseconds that a stopped job has to end. */
  limitMs = 30_000,
): JobStops {
  const stopping = new Map<string, { planId: string; end: Promise<void> }>();
  const stopJob = async (id: string, queue: string) => {
    const until = performance.now() + limitMs;
    while (performance.now() < until) {
      const found: EngineJob | undefined = await engine.queue(queue).getJob(id);
      if (found === undefined) return;
      // Fails for a job that a worker has.
      const isRemoved = await found.remove().then(
        () => true,
        () => false,
      );
      if (isRemoved) return;
      const { worker, attempt } = progressOf(found);
      if (worker !== undefined && attempt !== undefined) send(worker, { type: 'stop', job: id, attempt });
      await pause(pollMs);
    }
  };
  return {
    stop({ id, planId, queue }) {
      const end = stopJob(id, queue)
        .catch(() => undefined)
        .finally(() => stopping.delete(id));
      stopping.set(id, { planId, end });
    },
    has: id => stopping.has(id),
    async wait(planId) {
      const wanted = [...stopping.values()].filter(each => planId === undefined || each.planId === planId);
      await Promise.all(wanted.map(({ end }) => end));
    },
  };
}

/** Who does the job; empty before a worker said so. */
export function progressOf({ progress }: EngineJob): Partial<JobProgress> {
  return typeof progress === 'object' && progress !== null ? (progress as Partial<JobProgress>) : {};
}
