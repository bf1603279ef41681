/**
 * What a window shows, kept current by one subscription.
 * - I1 it listens before it looks, so nothing falls between; what is heard twice changes nothing.
 * - I2 listeners hear of changes at most once per pace, however much happens.
 * - I3 what is shown is replaced, never changed: the same object means that nothing happened.
 * - I4 when the owner of the store is lost it listens and looks anew, at the next owner.
 */

import { type SerializedError, TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Troupe } from '../api.ts';
import type { PlanDetail } from './plan-detail.ts';
import { createPlanDetailLoader } from './plan-detail-loader.ts';
import { createPlanRefresher } from './plan-refresher.ts';
import { type PlanSummaries, reducePlanSummaries, toPlanSummaries } from './plan-summaries.ts';
import { reduceSubplanStatuses, type SubplanStatuses, toSubplanStatuses } from './subplan-statuses.ts';

/** Everything a window shows, as plain data. */
export interface PlanViews {
  /** False until the plans there are were looked at. */
  loaded: boolean;
  /** The last event that is in it; empty before the first. */
  seq: string;
  plans: PlanSummaries;
  subplans: SubplanStatuses;
  /** The plan that is looked at closely; null while there is none, or before it was looked at. */
  detail: PlanDetail | null;
  /** Why nothing is heard any more; null while all is well. */
  error: SerializedError | null;
}

export interface LiveView extends AsyncDisposable {
  snapshot(): PlanViews;
  /** Called after a change, with the events that were taken in with it. Returns how to leave. */
  subscribe(changed: (heard: readonly PlanEvent[]) => void): () => void;
  /** Looks closely at one plan, or at none. */
  select(planId: string | null): void;
  /** Listens and looks anew after an error. */
  reconnect(): void;
  close(): Promise<void>;
}

export interface LiveViewOptions {
  clock: Clock;
  /** Milliseconds between two changes that listeners hear of. @default 100 */
  intervalMs?: number;
}

/** Owners that may be lost one after the other before it is given up. */
const reconnectsMax = 5;
const reconnectDelayMs = 200;

export function watchPlans(troupe: Troupe, { clock, intervalMs = 100 }: LiveViewOptions): LiveView {
  let views: PlanViews = { loaded: false, seq: '', plans: {}, subplans: {}, detail: null, error: null };
  let pending: PlanEvent[] = [];
  let flushedAt = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | null = null;
  let wakeUp = () => {};
  const listeners = new Set<(heard: readonly PlanEvent[]) => void>();
  const closed = new AbortController();

  const detailLoader = createPlanDetailLoader(troupe, {
    clock,
    changed: detail => change({ detail }),
  });
  const refresher = createPlanRefresher(troupe, {
    clock,
    plans: () => views.plans,
    onRefreshed: line => change({ plans: { ...views.plans, [line.planId]: line } }),
  });

  /** What is not heard of, as a change of its own. */
  function change(changes: Partial<PlanViews>): void {
    views = { ...views, ...changes };
    schedule();
  }

  function schedule(): void {
    cancelTimer ??= clock.at(Math.max(clock.now(), flushedAt + intervalMs), flush);
  }

  function flush(): void {
    cancelTimer = null;
    flushedAt = clock.now();
    const events = pending;
    pending = [];
    applyEvents(events);
    for (const changed of [...listeners]) changed(events);
  }

  function applyEvents(events: readonly PlanEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    const plans = reducePlanSummaries(views.plans, events);
    views = { ...views, seq: last.seq, plans, subplans: reduceSubplanStatuses(views.subplans, events) };
    const detail = detailLoader.apply(events);
    if (detail !== null) views = { ...views, detail };
    refresher.apply(events);
  }

  async function connect(): Promise<void> {
    const stream = troupe.events({ signal: closed.signal })[Symbol.asyncIterator]();
    let next = stream.next();
    next.catch(() => undefined);
    // Whoever has answered this has begun to tell what happens: requests are taken in the order they come.
    await troupe.actions.list();
    const records = await troupe.plans({ all: true, children: true });
    pending = [];
    views = {
      ...views,
      loaded: true,
      error: null,
      plans: toPlanSummaries(records),
      subplans: toSubplanStatuses(records),
    };
    detailLoader.reload();
    schedule();
    for (let result = await next; result.done !== true; result = await next) {
      pending.push(result.value);
      schedule();
      next = stream.next();
    }
    throw new TroupeError('SYSTEM_CLOSED', 'This Troupe was closed');
  }

  async function run(): Promise<void> {
    for (let losses = 0; !closed.signal.aborted; ) {
      const before = views.seq;
      try {
        await connect();
      } catch (thrown) {
        losses = views.seq === before ? losses + 1 : 1;
        const isLost = TroupeError.is(thrown) && thrown.code === 'OWNER_LOST' && losses < reconnectsMax;
        if (closed.signal.aborted) return;
        if (!isLost) return change({ error: TroupeError.serialize(thrown) });
        await pause(losses * reconnectDelayMs);
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    const woken = new Promise<void>(resolve => {
      wakeUp = resolve;
    });
    const stop = clock.at(clock.now() + ms, wakeUp);
    await woken;
    stop();
  }

  let running = run();

  const view: LiveView = {
    snapshot: () => views,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    select(planId) {
      if (detailLoader.planId() === planId) return;
      detailLoader.select(planId);
      change({ detail: null });
    },
    reconnect() {
      if (views.error === null) return;
      change({ error: null });
      running = run();
    },
    async close() {
      closed.abort();
      cancelTimer?.();
      listeners.clear();
      refresher.close();
      detailLoader.select(null);
      wakeUp();
      await running;
    },
    [Symbol.asyncDispose]: () => view.close(),
  };
  return view;
}
