import type { PlanEvent } from '../../model/event.ts';
import { ascending } from '../../model/text-order.ts';
import { subtreeIds } from '../plans/plan-tree.ts';
import type { PlanLedger } from '../records/ledger.ts';
import type { EventBus } from './event-bus.ts';
import { freezeCopy } from './freeze-copy.ts';

/** All events of a plan and its subplans, in order; it grows while it is open. */
export interface EventHistory {
  readonly events: readonly PlanEvent[];
  /** Returns the index of the first event after the given one. */
  position(after: string): number;
  /** Calls `grown` whenever it grew. Returns how to unsubscribe, which closes it. */
  subscribe(grown: () => void): () => void;
}

/**
 * Caches the histories of plans, each read from the journal once for all concurrent readers: fifty clients on one
 * plan cost one read and one copy. A history is dropped with its last reader.
 */
export interface EventHistoryCache {
  open(planId: string): Promise<EventHistory>;
}

interface SharedHistory {
  events: PlanEvent[];
  loaded: Promise<void>;
  followers: number;
  listeners: Set<() => void>;
  stop(): void;
}

export function createEventHistoryCache({
  ledger,
  feed,
}: {
  ledger: PlanLedger;
  feed: Pick<EventBus, 'subscribeSync'>;
}): EventHistoryCache {
  const open = new Map<string, SharedHistory>();

  function startLoading(planId: string): SharedHistory {
    let planIds: Set<string>;
    const events: PlanEvent[] = [];
    const listeners = new Set<() => void>();
    let buffered: PlanEvent[] | null = [];
    const append = (published: readonly PlanEvent[]) => {
      const before = events.length;
      for (const event of published) {
        // Events published while the journal was read may already be in it.
        if (belongsTo(planIds, event) && event.seq > (events.at(-1)?.seq ?? '')) events.push(event);
      }
      if (events.length > before) for (const grown of listeners) grown();
    };
    const stop = feed.subscribeSync(published => (buffered === null ? append(published) : buffered.push(...published)));
    const loaded = ledger.relatives(planId).then(async records => {
      planIds = subtreeIds(planId, records);
      for (const event of await loadJournals(ledger, planIds)) events.push(freezeCopy(event));
      const published = buffered ?? [];
      buffered = null;
      append(published);
    });
    return { events, loaded, followers: 0, listeners, stop };
  }

  function release(planId: string, shared: SharedHistory): void {
    shared.followers -= 1;
    if (shared.followers > 0) return;
    shared.stop();
    if (open.get(planId) === shared) open.delete(planId);
  }

  return {
    async open(planId) {
      const shared = open.get(planId) ?? startLoading(planId);
      open.set(planId, shared);
      shared.followers += 1;
      try {
        await shared.loaded;
      } catch (thrown) {
        release(planId, shared);
        throw thrown;
      }
      return {
        events: shared.events,
        position: after => positionAfter(shared.events, after),
        subscribe(grown) {
          shared.listeners.add(grown);
          return () => {
            shared.listeners.delete(grown);
            release(planId, shared);
          };
        },
      };
    },
  };
}

/** Returns whether an event belongs to the plan tree; a new child extends the tree. */
function belongsTo(planIds: Set<string>, event: PlanEvent): boolean {
  if (event.type === 'plan.created' && event.spec.parentPlanId !== null && planIds.has(event.spec.parentPlanId))
    planIds.add(event.planId);
  return planIds.has(event.planId);
}

async function loadJournals(ledger: PlanLedger, planIds: ReadonlySet<string>): Promise<PlanEvent[]> {
  const journals = await Promise.all([...planIds].map(id => ledger.journal(id)));
  return journals.flat().sort(ascending(({ seq }) => seq));
}

function positionAfter(events: readonly PlanEvent[], after: string): number {
  let low = 0;
  for (let high = events.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.seq ?? '') > after) high = middle;
    else low = middle + 1;
  }
  return low;
}
