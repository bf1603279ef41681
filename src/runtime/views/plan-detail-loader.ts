/** Loads the details of one plan, then keeps them up to date with events. */

import { TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Troupe } from '../api.ts';
import { loadPlanDetail, type PlanDetail, reducePlanDetail } from './plan-detail.ts';

export interface PlanDetailLoader {
  planId(): string | null;
  select(planId: string | null): void;
  /** Returns the details after some events; null when they change nothing, or nothing is loaded yet. */
  apply(events: readonly PlanEvent[]): PlanDetail | null;
  /** Loads again: there may be gaps in the events so far. */
  reload(): void;
}

/** Minimum delay between two loads of a record, which may be large. */
const refreshDelayMs = 500;
/** Events that do not change the record beyond what other events report. */
const ignoredEvents = new Set<PlanEvent['type']>(['step.progressed', 'subplan.changed', 'checkpoint.created']);

export function createPlanDetailLoader(
  troupe: Troupe,
  { clock, changed }: { clock: Clock; changed(detail: PlanDetail): void },
): PlanDetailLoader {
  let selected: string | null = null;
  let detail: PlanDetail | null = null;
  /** Events received while loading. */
  let buffered: PlanEvent[] | null = null;
  /** Of two concurrent loads, the later one counts. */
  let generation = 0;
  let cancelTimer: (() => void) | null = null;

  function load(): void {
    const planId = selected;
    const own = ++generation;
    if (planId === null) return;
    buffered = [];
    void ignoreTroupeErrors(async () => {
      const loaded = await loadPlanDetail(await troupe.get(planId));
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
      const record = await (await troupe.get(planId)).record();
      if (own !== generation || detail === null) return;
      detail = { ...detail, record };
      changed(detail);
    });
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

/** A lost owner causes a complete reload; a removed plan has no details. */
async function ignoreTroupeErrors(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (thrown) {
    TroupeError.assert(thrown);
  }
}
