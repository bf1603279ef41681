/** Reads from a plan's record what events do not report: whether it waits for a person, and its available commands. */

import { TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Troupe } from '../api.ts';
import type { PlanSummaries } from './plan-summaries.ts';
import { needsRefresh, type PlanSummary, toPlanSummary } from './plan-summary.ts';

export interface PlanRefresher {
  apply(events: readonly PlanEvent[]): void;
  close(): void;
}

/** Time without events before the record is read: most plans pass quickly through states where they might wait. */
const quietMs = 150;

export function createPlanRefresher(
  troupe: Troupe,
  options: { clock: Clock; plans(): PlanSummaries; onRefreshed(line: PlanSummary): void },
): PlanRefresher {
  const { clock, plans, onRefreshed } = options;
  /** Plans to read, and the time of their last event. */
  const changedAt = new Map<string, number>();
  let cancelTimer: (() => void) | null = null;
  /** Plans without activity that are not waiting yet: they may start to wait without an event. */
  const pending = new Map<string, AbortController>();

  function schedule(): void {
    if (changedAt.size > 0) cancelTimer ??= clock.at(Math.min(...changedAt.values()) + quietMs, refreshDue);
  }

  function refreshDue(): void {
    cancelTimer = null;
    for (const [planId, at] of changedAt) {
      if (at + quietMs > clock.now()) continue;
      changedAt.delete(planId);
      const line = plans()[planId];
      if (line !== undefined && needsRefresh(line)) void refresh(line);
    }
    schedule();
  }

  async function refresh(summary: PlanSummary): Promise<void> {
    const { planId } = summary;
    // There were events meanwhile: the record may be older.
    const isStale = () => plans()[planId] !== summary || changedAt.has(planId);
    const waiting = new AbortController();
    pending.get(planId)?.abort();
    pending.set(planId, waiting);
    try {
      const plan = await troupe.get(planId);
      const record = await plan.record();
      if (isStale()) return;
      const idleRecord = record.resting ? record : await plan.waitUntilIdle({ signal: waiting.signal });
      if (!isStale()) onRefreshed({ ...toPlanSummary(idleRecord), since: summary.since, note: summary.note });
    } catch (thrown) {
      // A lost owner causes a complete reload; a removed plan is not needed.
      TroupeError.assert(thrown);
    } finally {
      if (pending.get(planId) === waiting) pending.delete(planId);
    }
  }

  function abortRefresh(planId: string): void {
    pending.get(planId)?.abort();
    pending.delete(planId);
  }

  return {
    apply(events) {
      for (const { planId } of events) {
        abortRefresh(planId);
        const line = plans()[planId];
        if (line !== undefined && needsRefresh(line)) changedAt.set(planId, clock.now());
        else changedAt.delete(planId);
      }
      schedule();
    },
    close() {
      cancelTimer?.();
      changedAt.clear();
      for (const planId of [...pending.keys()]) abortRefresh(planId);
    },
  };
}
