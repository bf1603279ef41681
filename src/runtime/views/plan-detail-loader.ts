/** One plan kept in close view: looked at once, then kept current by what is heard of it. */

import { TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Troupe } from '../api.ts';
import { loadPlanDetail, type PlanDetail, reducePlanDetail } from './plan-detail.ts';

export interface PlanDetailLoader {
  planId(): string | null;
  select(planId: string | null): void;
  /** What it comes to after some events; null when they change nothing, or nothing is known yet. */
  apply(events: readonly PlanEvent[]): PlanDetail | null;
  /** Looks anew: what was heard so far may have gaps. */
  reload(): void;
}

/** Between two looks at a record that may be large. */
const refreshDelayMs = 500;
/** What moves a record in nothing that is not told elsewhere. */
const ignoredEvents = new Set<PlanEvent['type']>(['step.progressed', 'subplan.changed', 'checkpoint.created']);

export function createPlanDetailLoader(
  troupe: Troupe,
  { clock, changed }: { clock: Clock; changed(detail: PlanDetail): void },
): PlanDetailLoader {
  let selected: string | null = null;
  let detail: PlanDetail | null = null;
  /** Heard while it is being looked at. */
  let buffered: PlanEvent[] | null = null;
  /** Of two looks at once the later counts. */
  let generation = 0;
  let cancelTimer: (() => void) | null = null;

  function load(): void {
    const planId = selected;
    const own = ++generation;
    if (planId === null) return;
    buffered = [];
    void ignoreTroupeErrors(async () => {
      const loaded = await loadPlanDetail(await troupe.plan(planId));
      if (own !== generation) return;
      detail = reducePlanDetail(loaded, buffered ?? []);
      buffered = null;
      changed(detail);
    });
  }

  function refresh(): void {
    cancelTimer = null;
    const planId = selected;
    const own = generation;
    if (planId === null) return;
    void ignoreTroupeErrors(async () => {
      const record = await (await troupe.plan(planId)).record();
      if (own !== generation || detail === null) return;
      detail = { ...detail, record };
      changed(detail);
    });
  }

  /** An owner that was lost is followed by a look at everything; of a plan that was cleaned up there is nothing to see. */
  async function ignoreTroupeErrors(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (thrown) {
      if (!TroupeError.is(thrown)) throw thrown;
    }
  }

  return {
    planId: () => selected,
    select(planId) {
      selected = planId;
      detail = null;
      cancelTimer?.();
      cancelTimer = null;
      load();
    },
    reload: load,
    apply(events) {
      const own = events.filter(({ planId }) => planId === selected);
      if (own.length === 0) return null;
      buffered?.push(...own);
      if (detail === null) return null;
      if (own.some(({ type }) => type === 'plan.rolled_back')) load();
      else if (own.some(({ type }) => !ignoredEvents.has(type)))
        cancelTimer ??= clock.at(clock.now() + refreshDelayMs, refresh);
      detail = reducePlanDetail(detail, own);
      return detail;
    },
  };
}
