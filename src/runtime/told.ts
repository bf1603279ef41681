import type { PlanEvent } from '../model/event.ts';
import { Fault } from '../model/fault.ts';
import type { PlanHost } from './plan-handle.ts';

/** What is heard of a plan. */
interface Listening extends Pick<PlanHost, 'feed' | 'stopped'> {
  ledger: Pick<PlanHost['ledger'], 'journal'>;
}

/**
 * What the plan says of something it was told to do, once it has said it. `said` finds it in an event, or throws.
 * @throws {Fault} what `said` throws; CANCELLED, SYSTEM_CLOSED when it will not be said any more
 */
export async function told<Said>(
  host: Listening,
  planId: string,
  said: (event: PlanEvent) => Said | undefined,
): Promise<Said> {
  const live = host.feed.read({});
  try {
    while (true) {
      for (const event of (await host.ledger.journal(planId)).reverse()) {
        const found = said(event);
        if (found !== undefined) return found;
        if (event.type === 'plan.cancelled') throw new Fault('CANCELLED', 'The plan was cancelled', { where: planId });
      }
      if (await live.news()) continue;
      throw host.stopped() ?? new Fault('SYSTEM_CLOSED', 'This Troupe was closed');
    }
  } finally {
    live.stop();
  }
}
