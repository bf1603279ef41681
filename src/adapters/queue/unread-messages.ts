import type { QueueEngine } from './engine.ts';
import type { FromWorker } from './messages.ts';

/** Returns the messages of an attempt that an owner who is gone did not read. */
export async function readUnreadMessages(
  engine: QueueEngine,
  inbox: string,
  { job, attempt }: Pick<FromWorker, 'job' | 'attempt'>,
): Promise<FromWorker[]> {
  const queue = engine.queue(inbox);
  const batches = await queue.getJobs(['active', 'waiting'], 0, -1, true).catch(() => []);
  return batches.flatMap(({ data }) =>
    (data as FromWorker[]).filter(message => message.job === job && message.attempt === attempt),
  );
}
