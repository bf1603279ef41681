/**
 * The data of a user interface, kept up to date by one subscription.
 * - I1 it subscribes before it loads, so no event is missed; an event received twice changes nothing;
 * - I2 listeners are called at most once per interval, however much happens;
 * - I3 objects are replaced, never changed: the same object means no change;
 * - I4 when the owner of the store is lost, it subscribes and loads again, from the next owner.
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

/** Everything a user interface shows, as plain data. */
export interface PlanViews {
  /** False until the existing plans are loaded. */
  loaded: boolean;
  /** The last event it includes; empty before the first. */
  seq: string;
  plans: PlanSummaries;
  subplans: SubplanStatuses;
  /** Details of the selected plan; null when none is selected, or before it is loaded. */
  detail: PlanDetail | null;
  /** Why updates stopped; null while they arrive. */
  error: SerializedError | null;
}

/** A view of all plans that updates itself. */
export interface LiveView extends AsyncDisposable {
  snapshot(): PlanViews;
  /** Calls `changed` after a change, with the events it includes. Returns how to unsubscribe. */
  subscribe(changed: (events: readonly PlanEvent[]) => void): () => void;
  /** Selects the plan to load details of, or none. */
  select(planId: string | null): void;
  /** Subscribes and loads again after an error. */
  reconnect(): void;
  close(): Promise<void>;
}

/** Options of {@link watchPlans}. */
export interface LiveViewOptions {
  clock: Clock;
  /** Milliseconds between two calls of listeners. @default 100 */
  intervalMs?: number;
}

/** Maximum number of owners lost in a row before giving up. */
const reconnectsMax = 5;
const reconnectDelayMs = 200;

export function watchPlans(troupe: Troupe, { clock, intervalMs = 100 }: LiveViewOptions): LiveView {
  let views: PlanViews = { loaded: false, seq: '', plans: {}, subplans: {}, detail: null, error: null };
  let pending: PlanEvent[] = [];
  let flushedAt = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | null = null;
  let wakeUp = () => {};
  const listeners = new Set<(events: readonly PlanEvent[]) => void>();
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

  /** Sets what does not come from an event, as a change of its own. */
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
    // Its answer means that the subscription has started: requests are handled in order.
    await troupe.actions.list();
    const records = await troupe.list({ all: true, children: true });
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
