import type { EventBus } from '../events/event-bus.ts';
import type { PinArchiveHost } from './archive-pins.ts';

/** Archiving starts three git processes, so it waits for this many plans. */
export const archiveBatch = 16;

/** Archives while plans finish, and when it is closed. */
export function openPinArchiver({ feed, ...host }: PinArchiveHost & { feed: Pick<EventBus, 'subscribeSync'> }) {
  let finished = 0;
  let archiving = Promise.resolve();
  const archive = () => {
    finished = 0;
    // What stays because this fails is archived the next time; `gc --delete` reports why it fails.
    archiving = archiving
      .then(async () => {
        const { archiveFinishedPlans } = await import('./archive-pins.ts');
        await archiveFinishedPlans(host, { least: archiveBatch });
      })
      .catch(() => {});
  };
  const unsubscribe = feed.subscribeSync(events => {
    finished += events.filter(({ type }) => type === 'plan.applied' || type === 'plan.cancelled').length;
    if (finished >= archiveBatch) archive();
  });
  return {
    async close(): Promise<void> {
      unsubscribe();
      if (finished > 0) archive();
      await archiving;
    },
  };
}
