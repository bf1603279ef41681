import { TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { PlanHost } from '../plans/plan-handle.ts';

/** The events of a plan. */
interface EventWaitHost extends Pick<PlanHost, 'eventBus' | 'fatalError'> {
  ledger: Pick<PlanHost['ledger'], 'journal'>;
}

/**
 * Waits for the plan's event about a command. `said` finds it in an event, or throws.
 * @throws {TroupeError} what `said` throws; CANCELLED, SYSTEM_CLOSED when it cannot come any more
 */
export async function waitForEvent<Result>(
  host: EventWaitHost,
  planId: string,
  match: (event: PlanEvent) => Result | undefined,
): Promise<Result> {
  const reader = host.eventBus.openReader({});
  try {
    while (true) {
      for (const event of (await host.ledger.journal(planId)).reverse()) {
        const found = match(event);
        if (found !== undefined) return found;
        if (event.type === 'plan.cancelled')
          throw new TroupeError('CANCELLED', 'The plan was cancelled', { where: planId });
      }
      if (await reader.waitForEvents()) continue;
      throw host.fatalError() ?? new TroupeError('SYSTEM_CLOSED', 'This Troupe was closed');
    }
  } finally {
    reader.close();
  }
}
