import type { PlanEvent } from '../model/event.ts';
import { familyOf } from './family.ts';
import type { Feed } from './feed.ts';
import type { PlanLedger } from './ledger.ts';
import { sealed } from './sealed.ts';

/** Everything that happened to a plan and all below it, in order; it grows while it is open. */
export interface History {
  readonly events: readonly PlanEvent[];
  /** Where what comes after an event begins. */
  position(after: string): number;
  /** Called whenever it grew. Returns how to leave, which closes it. */
  listen(grown: () => void): () => void;
}

/**
 * Histories of plans, each read from the journal once for all who follow it at the same time: fifty windows on one plan
 * cost one reading, and hold one copy. It is dropped when the last of them leaves.
 */
export interface Histories {
  open(planId: string): Promise<History>;
}

interface Shared {
  events: PlanEvent[];
  loaded: Promise<void>;
  followers: number;
  listeners: Set<() => void>;
  stop(): void;
}

export function histories({ ledger, feed }: { ledger: PlanLedger; feed: Pick<Feed, 'tap'> }): Histories {
  const open = new Map<string, Shared>();

  function begin(planId: string): Shared {
    let family: Set<string>;
    const events: PlanEvent[] = [];
    const listeners = new Set<() => void>();
    let early: PlanEvent[] | null = [];
    const take = (published: readonly PlanEvent[]) => {
      const before = events.length;
      for (const event of published) {
        // What was published while the journal was read may stand in it already.
        if (isOf(family, event) && event.seq > (events.at(-1)?.seq ?? '')) events.push(event);
      }
      if (events.length > before) for (const grown of listeners) grown();
    };
    const stop = feed.tap(published => (early === null ? take(published) : early.push(...published)));
    const loaded = ledger.records().then(async records => {
      family = familyOf(planId, records);
      for (const event of await journalOf(ledger, family)) events.push(sealed(event));
      const published = early ?? [];
      early = null;
      take(published);
    });
    return { events, loaded, followers: 0, listeners, stop };
  }

  function leave(planId: string, shared: Shared): void {
    shared.followers -= 1;
    if (shared.followers > 0) return;
    shared.stop();
    if (open.get(planId) === shared) open.delete(planId);
  }

  return {
    async open(planId) {
      const shared = open.get(planId) ?? begin(planId);
      open.set(planId, shared);
      shared.followers += 1;
      try {
        await shared.loaded;
      } catch (thrown) {
        leave(planId, shared);
        throw thrown;
      }
      return {
        events: shared.events,
        position: after => positionAfter(shared.events, after),
        listen(grown) {
          shared.listeners.add(grown);
          return () => {
            shared.listeners.delete(grown);
            leave(planId, shared);
          };
        },
      };
    },
  };
}

/** Whether an event belongs to the family; the birth of a child makes the family larger. */
function isOf(family: Set<string>, event: PlanEvent): boolean {
  if (event.type === 'plan.created' && event.spec.parentPlanId !== null && family.has(event.spec.parentPlanId))
    family.add(event.planId);
  return family.has(event.planId);
}

async function journalOf(ledger: PlanLedger, family: ReadonlySet<string>): Promise<PlanEvent[]> {
  const journals = await Promise.all([...family].map(id => ledger.journal(id)));
  return journals.flat().sort((left, right) => (left.seq < right.seq ? -1 : 1));
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
