/**
 * The data of a user interface, kept up to date by one subscription.
 * - I1 it subscribes before it loads, so no event is missed; an event received twice changes nothing;
 * - I2 listeners are called at most once per interval, however much happens;
 * - I3 objects are replaced, never changed: the same object means no change;
 * - I4 when the owner of the store is lost, it subscribes and loads again, from the next owner.
 */

import { type SerializedError, TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
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
  let views = emptyViews;
  const listeners = new Set<(events: readonly PlanEvent[]) => void>();
  const closed = new AbortController();
  const detailLoader = createPlanDetailLoader(troupe, { clock, changed: detail => change({ detail }) });
  const refresher = createPlanRefresher(troupe, {
    clock,
    plans: () => views.plans,
    onRefreshed: line => change({ plans: { ...views.plans, [line.planId]: line } }),
  });
  const batches = createEventBatches(clock, intervalMs, events => {
    if (events.length > 0) {
      views = reduceViews(views, events);
      const detail = detailLoader.apply(events);
      if (detail !== null) views = { ...views, detail };
      refresher.apply(events);
    }
    for (const changed of [...listeners]) changed(events);
  });

  /** Sets a value that no event carries, as a separate change. */
  function change(changes: Partial<PlanViews>): void {
    views = { ...views, ...changes };
    batches.schedule();
  }

  const connection = createReconnectingStream(troupe, {
    clock,
    signal: closed.signal,
    seq: () => views.seq,
    loaded(records) {
      batches.drop();
      views = { ...views, loaded: true, error: null, ...toViews(records) };
      detailLoader.reload();
      batches.schedule();
    },
    received: batches.add,
    failed: error => change({ error }),
  });
  let running = connection.run();

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
      running = connection.run();
    },
    async close() {
      closed.abort();
      batches.close();
      listeners.clear();
      refresher.close();
      detailLoader.select(null);
      connection.wakeUp();
      await running;
    },
    [Symbol.asyncDispose]: () => view.close(),
  };
  return view;
}

const emptyViews: PlanViews = { loaded: false, seq: '', plans: {}, subplans: {}, detail: null, error: null };

const toViews = (records: readonly PlanRecord[]) => ({
  plans: toPlanSummaries(records),
  subplans: toSubplanStatuses(records),
});

/** Returns the views of all plans after some events; the details of the selected plan are not included. */
function reduceViews(views: PlanViews, events: readonly PlanEvent[]): PlanViews {
  return {
    ...views,
    seq: events.at(-1)?.seq ?? views.seq,
    plans: reducePlanSummaries(views.plans, events),
    subplans: reduceSubplanStatuses(views.subplans, events),
  };
}

/** Collects events and passes them on together, at most once per interval. */
function createEventBatches(clock: Clock, intervalMs: number, flushed: (events: readonly PlanEvent[]) => void) {
  let pending: PlanEvent[] = [];
  let flushedAt = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | null = null;
  const flush = () => {
    cancelTimer = null;
    flushedAt = clock.now();
    const events = pending;
    pending = [];
    flushed(events);
  };
  const schedule = () => {
    cancelTimer ??= clock.at(Math.max(clock.now(), flushedAt + intervalMs), flush);
  };
  return {
    add(event: PlanEvent): void {
      pending.push(event);
      schedule();
    },
    /** Passes on what there is, even if there is no event. */
    schedule,
    /** Forgets events that were loaded in another way. */
    drop(): void {
      pending = [];
    },
    close(): void {
      cancelTimer?.();
    },
  };
}

/** Subscribes, then loads; again when the owner of the store is lost, from the next owner. */
function createReconnectingStream(
  troupe: Troupe,
  options: {
    clock: Clock;
    signal: AbortSignal;
    /** The last event that is applied: with progress, losses count from the start. */
    seq(): string;
    loaded(records: readonly PlanRecord[]): void;
    received(event: PlanEvent): void;
    failed(error: SerializedError): void;
  },
) {
  const { clock, signal } = options;
  let wakeUp = () => {};

  async function connect(): Promise<void> {
    const stream = troupe.events({ signal })[Symbol.asyncIterator]();
    let next = stream.next();
    next.catch(() => undefined);
    // Its answer means that the subscription has started: requests are handled in order.
    await troupe.actions.list();
    options.loaded(await troupe.list({ all: true, children: true }));
    for (let result = await next; result.done !== true; result = await next) {
      options.received(result.value);
      next = stream.next();
    }
    throw new TroupeError('SYSTEM_CLOSED', 'This Troupe was closed');
  }

  async function pause(ms: number): Promise<void> {
    const woken = new Promise<void>(resolve => {
      wakeUp = resolve;
    });
    const stop = clock.at(clock.now() + ms, wakeUp);
    await woken;
    stop();
  }

  return {
    async run(): Promise<void> {
      for (let losses = 0; !signal.aborted; ) {
        const before = options.seq();
        try {
          await connect();
        } catch (thrown) {
          losses = options.seq() === before ? losses + 1 : 1;
          const isLost = TroupeError.is(thrown) && thrown.code === 'OWNER_LOST' && losses < reconnectsMax;
          if (signal.aborted) return;
          if (!isLost) return options.failed(TroupeError.serialize(thrown));
          await pause(losses * reconnectDelayMs);
        }
      }
    },
    /** Ends a pause before the next try. */
    wakeUp: () => wakeUp(),
  };
}
