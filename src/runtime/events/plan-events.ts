/** Follows one plan: yields its events until it waits for a person or is final. */
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { PlanHost } from '../plans/plan-host.ts';
import { isTerminal } from '../plans/plan-status.ts';
import { requireRecord } from '../records/require-record.ts';

const isIdle = (record: PlanRecord) => record.resting || isTerminal(record);

/**
 * Returns the plan's record once it waits or is final, or as it is when the signal aborts.
 * @throws {TroupeError} what stopped the runtime
 */
export function waitUntilIdle(host: PlanHost, planId: string, options?: { signal?: AbortSignal }): Promise<PlanRecord> {
  return waitForRecord(isIdle, host, planId, options);
}

/** The same, once no check before a phase is running. */
export function waitForPreflight(
  host: PlanHost,
  planId: string,
  options?: { signal?: AbortSignal },
): Promise<PlanRecord> {
  return waitForRecord(record => !record.checking, host, planId, options);
}

async function waitForRecord(
  predicate: (record: PlanRecord) => boolean,
  host: PlanHost,
  planId: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<PlanRecord> {
  const reader = host.eventBus.openReader({ signal, follow: planId });
  const mayHaveChanged = () => {
    let changed = reader.takeIdleNotice();
    for (let event = reader.poll(); event; event = reader.poll()) changed ||= mayChangeState(event, planId);
    return changed;
  };
  try {
    while (true) {
      const record = await requireRecord(host, planId);
      if (predicate(record)) return record;
      do {
        if (await reader.waitForEvents()) continue;
        const stopped = host.fatalError();
        if (stopped) throw stopped;
        return await requireRecord(host, planId);
      } while (!mayHaveChanged());
    }
  } finally {
    reader.close();
  }
}

/**
 * Yields past and new events of a plan and its children, without gap or repetition, until the plan is final, or with
 * `rests` false until it waits. When the signal aborts, it ends after the available events.
 */
export async function* streamPlanEvents(
  host: PlanHost,
  planId: string,
  { after = '', rests = false, signal }: { after?: string; rests?: boolean; signal?: AbortSignal } = {},
): AsyncIterable<PlanEvent> {
  const ends = rests ? isTerminal : isIdle;
  const reader = host.eventBus.openReader({ signal, follow: planId, only: 'idle' });
  const history = await host.eventHistories.open(planId);
  const unsubscribe = history.subscribe(reader.wake);
  try {
    let index = history.position(after);
    for (let stale = true; ; ) {
      // Read the record before the events: everything committed by then has been published.
      const isDone = stale && ends(await requireRecord(host, planId));
      stale = false;
      for (; index < history.events.length; index++) {
        const event = history.events[index] as PlanEvent;
        stale ||= mayChangeState(event, planId);
        yield event;
      }
      if (isDone || signal?.aborted) return;
      if (stale) continue;
      if (!(await reader.waitForEvents())) return;
      stale = reader.takeIdleNotice();
    }
  } finally {
    unsubscribe();
    reader.close();
  }
}

const stateEvents: readonly PlanEvent['type'][] = [
  'plan.phase_changed',
  'plan.applied',
  'plan.cancelled',
  'approval.requested',
  'approval.answered',
];

/** Returns whether an event may change a plan's state; only then is its record, which may be large, read again. */
function mayChangeState(event: PlanEvent, planId: string): boolean {
  return event.planId === planId && stateEvents.includes(event.type);
}
