/** Staying with one plan: its history as it grows, until the plan rests or is final. */
import type { PlanEvent } from '../model/event.ts';
import type { PlanRecord } from '../model/plan.ts';
import { isEnded } from './ended.ts';
import type { PlanHost } from './plan-handle.ts';
import { recordOf } from './record-of.ts';

const isOver = (record: PlanRecord) => record.resting || isEnded(record);

/** The plan's record once it rests or is final, or as it is when the signal aborts. @throws {Fault} what stopped the runtime */
export function settled(host: PlanHost, planId: string, options?: { signal?: AbortSignal }): Promise<PlanRecord> {
  return recordWhen(isOver, host, planId, options);
}

/** The same, once no check before a phase is under way. */
export function started(host: PlanHost, planId: string, options?: { signal?: AbortSignal }): Promise<PlanRecord> {
  return recordWhen(record => !record.checking, host, planId, options);
}

async function recordWhen(
  isThere: (record: PlanRecord) => boolean,
  host: PlanHost,
  planId: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<PlanRecord> {
  const live = host.feed.read({ signal, follow: planId });
  const moved = () => {
    let found = live.nudged();
    for (let event = live.take(); event; event = live.take()) found ||= moves(event, planId);
    return found;
  };
  try {
    while (true) {
      const record = await recordOf(host, planId);
      if (isThere(record)) return record;
      do {
        if (await live.news()) continue;
        const stopped = host.stopped();
        if (stopped) throw stopped;
        return await recordOf(host, planId);
      } while (!moved());
    }
  } finally {
    live.stop();
  }
}

/**
 * What happened to a plan and its children, and what happens to them now, without gap or repetition, until the plan is
 * final, or with `rests` false until it rests. When the signal aborts it ends with what there is.
 */
export async function* follow(
  host: PlanHost,
  planId: string,
  { after = '', rests = false, signal }: { after?: string; rests?: boolean; signal?: AbortSignal } = {},
): AsyncIterable<PlanEvent> {
  const ends = rests ? isEnded : isOver;
  const live = host.feed.read({ signal, follow: planId, only: 'nudges' });
  const history = await host.histories.open(planId);
  const leave = history.listen(live.stir);
  try {
    let at = history.position(after);
    for (let moved = true; ; ) {
      // Looked at before the events are read: what is on disk by then has been told.
      const over = moved && ends(await recordOf(host, planId));
      moved = false;
      for (; at < history.events.length; at++) {
        const event = history.events[at] as PlanEvent;
        moved ||= moves(event, planId);
        yield event;
      }
      if (over || signal?.aborted) return;
      if (moved) continue;
      if (!(await live.news())) return;
      moved = live.nudged();
    }
  } finally {
    leave();
    live.stop();
  }
}

const moving: readonly PlanEvent['type'][] = [
  'plan.phase_changed',
  'plan.applied',
  'plan.cancelled',
  'approval.asked',
  'approval.answered',
];

/** Whether a plan may stand elsewhere after the event; only then is its record, which may be large, read again. */
function moves(event: PlanEvent, planId: string): boolean {
  return event.planId === planId && moving.includes(event.type);
}
