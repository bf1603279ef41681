import type { EngineJob } from '../engine.ts';

/**
 * Renews the lock of one attempt at a job, until the returned function is called. The engine would renew by the id of the job: when a
 * worker that was cut off takes its job again, the attempt of before and the new one would be taken for each other.
 * @param onLost called when another attempt has the job
 */
export function holdLock(
  job: Pick<EngineJob, 'extendLock'>,
  { token, leaseMs, onLost }: { token: string; leaseMs: number; onLost(): void },
): () => void {
  let isRenewing = false;
  const renew = async () => {
    isRenewing = true;
    try {
      if (!(await job.extendLock(token, leaseMs))) onLost();
    } catch {
      // The server cannot be reached now.
    } finally {
      isRenewing = false;
    }
  };
  const timer = setInterval(() => {
    if (!isRenewing) void renew();
  }, leaseMs / 3);
  return () => clearInterval(timer);
}
