/**
 * What a window shows, kept current by one subscription.
 * - I1 it listens before it looks, so nothing falls between; what is heard twice changes nothing.
 * - I2 listeners hear of changes at most once per pace, however much happens.
 * - I3 what is shown is replaced, never changed: the same object means that nothing happened.
 * - I4 when the owner of the store is lost it listens and looks anew, at the next owner.
 */
import type { PlanEvent } from '../../model/event.ts';
import { Fault, type StoredFault } from '../../model/fault.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Troupe } from '../api.ts';
import { closeUp } from './close-up.ts';
import type { Detail } from './detail.ts';
import { lookUps } from './look-ups.ts';
import { type Plans, plansOf, reducePlans } from './plans.ts';
import { reduceSubplans, type Subplans, subplansOf } from './subplans.ts';

/** Everything a window shows, as plain data. */
export interface Views {
  /** False until the plans there are were looked at. */
  joined: boolean;
  /** The last event that is in it; empty before the first. */
  seq: string;
  plans: Plans;
  subplans: Subplans;
  /** The plan that is looked at closely; null while there is none, or before it was looked at. */
  detail: Detail | null;
  /** Why nothing is heard any more; null while all is well. */
  fault: StoredFault | null;
}

export interface Watch extends AsyncDisposable {
  look(): Views;
  /** Called after a change, with the events that were taken in with it. Returns how to leave. */
  listen(changed: (heard: readonly PlanEvent[]) => void): () => void;
  /** Looks closely at one plan, or at none. */
  select(planId: string | null): void;
  /** Listens and looks anew after a fault. */
  again(): void;
  close(): Promise<void>;
}

export interface WatchOptions {
  clock: Clock;
  /** Milliseconds between two changes that listeners hear of. @default 100 */
  paceMs?: number;
}

/** Owners that may be lost one after the other before it is given up. */
const lossesMax = 5;
const restMs = 200;

export function watchPlans(troupe: Troupe, { clock, paceMs = 100 }: WatchOptions): Watch {
  let views: Views = { joined: false, seq: '', plans: {}, subplans: {}, detail: null, fault: null };
  let heard: PlanEvent[] = [];
  let shownAt = Number.NEGATIVE_INFINITY;
  let due: (() => void) | null = null;
  let rest = () => {};
  const listeners = new Set<(heard: readonly PlanEvent[]) => void>();
  const closed = new AbortController();

  const close = closeUp(troupe, {
    clock,
    changed: detail => change({ detail }),
  });
  const looks = lookUps(troupe, {
    clock,
    lines: () => views.plans,
    found: line => change({ plans: { ...views.plans, [line.planId]: line } }),
  });

  /** What is not heard of, as a change of its own. */
  function change(changes: Partial<Views>): void {
    views = { ...views, ...changes };
    plan();
  }

  function plan(): void {
    due ??= clock.at(Math.max(clock.now(), shownAt + paceMs), show);
  }

  function show(): void {
    due = null;
    shownAt = clock.now();
    const events = heard;
    heard = [];
    takeIn(events);
    for (const changed of [...listeners]) changed(events);
  }

  function takeIn(events: readonly PlanEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    const plans = reducePlans(views.plans, events);
    views = { ...views, seq: last.seq, plans, subplans: reduceSubplans(views.subplans, events) };
    const detail = close.hear(events);
    if (detail !== null) views = { ...views, detail };
    looks.hear(events);
  }

  async function join(): Promise<void> {
    const stream = troupe.events({ signal: closed.signal })[Symbol.asyncIterator]();
    let next = stream.next();
    next.catch(() => undefined);
    // Whoever has answered this has begun to tell what happens: requests are taken in the order they come.
    await troupe.actions.list();
    const records = await troupe.plans({ all: true, children: true });
    heard = [];
    views = { ...views, joined: true, fault: null, plans: plansOf(records), subplans: subplansOf(records) };
    close.renew();
    plan();
    for (let said = await next; said.done !== true; said = await next) {
      heard.push(said.value);
      plan();
      next = stream.next();
    }
    throw new Fault('SYSTEM_CLOSED', 'This Troupe was closed');
  }

  async function stay(): Promise<void> {
    for (let losses = 0; !closed.signal.aborted; ) {
      const before = views.seq;
      try {
        await join();
      } catch (thrown) {
        losses = views.seq === before ? losses + 1 : 1;
        const isLost = Fault.is(thrown) && thrown.code === 'OWNER_LOST' && losses < lossesMax;
        if (closed.signal.aborted) return;
        if (!isLost) return change({ fault: Fault.store(thrown) });
        await pause(losses * restMs);
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    const woken = new Promise<void>(resolve => {
      rest = resolve;
    });
    const stop = clock.at(clock.now() + ms, rest);
    await woken;
    stop();
  }

  let staying = stay();

  const watch: Watch = {
    look: () => views,
    listen(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    select(planId) {
      if (close.planId() === planId) return;
      close.select(planId);
      change({ detail: null });
    },
    again() {
      if (views.fault === null) return;
      change({ fault: null });
      staying = stay();
    },
    async close() {
      closed.abort();
      due?.();
      listeners.clear();
      looks.close();
      close.select(null);
      rest();
      await staying;
    },
    [Symbol.asyncDispose]: () => watch.close(),
  };
  return watch;
}
