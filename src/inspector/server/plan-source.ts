/**
 * Converts the plans of a Troupe to events of the store: their state, and their journals from the first event on.
 * Works on a Troupe of this process or of another.
 * - P1 the events of each root are read once each, in order, also across pauses and changes of the owner;
 * - P2 a plan's state is what `watchPlans` reports; events are applied in that one place only.
 */

import { setTimeout } from 'node:timers/promises';
import { toBoundedJson } from '../../durable.ts';
import {
  type LiveView,
  type PlanEvent,
  type PlanSummaries,
  type PlanSummary,
  type PlanViews,
  redact,
  type Troupe,
  TroupeError,
  watchPlans,
} from '../../index.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import { formatHint } from '../../presentation/hints.ts';
import type { PlanJournalEvent, PlanOverview } from '../state/events.ts';
import type { ActorEventSink } from './actor-events.ts';
import type { Broadcaster } from './broadcaster.ts';
import { toPlanOverview } from './plan-overview.ts';

export interface PlanSourceOptions {
  troupe: Troupe;
  broadcaster: Broadcaster;
  actors: ActorEventSink;
  signal: AbortSignal;
  /** Number of finished roots to show, newest first. @default 20 */
  endedMax?: number;
  /** Milliseconds before reconnecting to a lost owner. @default 500 */
  reconnectMs?: number;
}

/** Runs until the signal aborts or the Troupe is closed; reconnects to a lost owner. */
export async function followTroupe(options: PlanSourceOptions): Promise<void> {
  await using watch = watchPlans(options.troupe);
  const over = new AbortController();
  const roots = createRootPlans({ ...options, signal: AbortSignal.any([options.signal, over.signal]) });
  await Promise.all([
    retryWhileDisconnected(options, () => followActors(options)),
    retryWhileDisconnected(options, () => followPlans(watch, roots, options)),
  ]);
  over.abort();
  await roots.ended();
}

async function followActors({ troupe, signal, actors }: PlanSourceOptions): Promise<void> {
  for await (const batch of troupe.traces({ signal })) actors.add(batch);
}

async function followPlans(watch: LiveView, roots: RootPlans, { signal }: PlanSourceOptions): Promise<void> {
  watch.reconnect();
  let leave = () => {};
  let over = () => {};
  const error = await new Promise<PlanViews['error']>(resolve => {
    over = () => resolve(null);
    signal.addEventListener('abort', over);
    leave = watch.subscribe(events => {
      const views = watch.snapshot();
      roots.show(views, events);
      if (views.error !== null) resolve(views.error);
    });
  });
  leave();
  signal.removeEventListener('abort', over);
  if (error !== null) throw TroupeError.deserialize(error);
}

/** Runs `act` again whenever the owner was lost. */
async function retryWhileDisconnected(
  { signal, broadcaster, reconnectMs = 500 }: PlanSourceOptions,
  act: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await act();
      return;
    } catch (thrown) {
      if (signal.aborted || (TroupeError.is(thrown) && thrown.code === 'SYSTEM_CLOSED')) return;
      if (!(TroupeError.is(thrown) && (thrown.code === 'OWNER_LOST' || thrown.code === 'STORE_LOCKED'))) throw thrown;
      broadcaster.setError(thrown.message);
      await setTimeout(reconnectMs, undefined, { signal }).catch(() => undefined);
      broadcaster.setError(null);
    }
  }
}

/** The root plans to show, and their subplans. */
interface RootPlans {
  /** Emits changes of the plans' states. */
  show(views: PlanViews, events: readonly PlanEvent[]): void;
  /** Resolves when no journal is followed any more. */
  ended(): Promise<void>;
}

function createRootPlans(options: PlanSourceOptions): RootPlans {
  const { broadcaster, endedMax = 20 } = options;
  const roots = new Map<string, RootPlan>();
  const sent = new Map<string, PlanSummary>();
  /** Finished roots that are not shown; null until they are known. */
  let skipped: ReadonlySet<string> | null = null;
  const rootOf = ({ rootPlanId }: PlanSummary): RootPlan => {
    const root = roots.get(rootPlanId) ?? followRootPlan(rootPlanId, options);
    roots.set(rootPlanId, root);
    return root;
  };
  return {
    show({ loaded, plans }, events) {
      if (!loaded) return;
      skipped ??= oldFinishedRoots(plans, endedMax);
      const items: PlanOverview[] = [];
      for (const line of Object.values(plans)) {
        if (sent.get(line.planId) === line || skipped.has(line.rootPlanId)) continue;
        sent.set(line.planId, line);
        items.push(toPlanOverview(line));
        rootOf(line).wake();
      }
      broadcaster.add(items);
      for (const { planId, seq } of events) {
        const line = sent.get(planId);
        if (line !== undefined) rootOf(line).wake(seq);
      }
    },
    async ended() {
      await Promise.all([...roots.values()].map(root => root.ended));
    },
  };
}

function oldFinishedRoots(plans: PlanSummaries, endedMax: number): ReadonlySet<string> {
  const roots = Object.values(plans).filter(({ depth }) => depth === 0);
  const ended = roots.filter(({ state }) => state === 'applied' || state === 'cancelled');
  return new Set(ended.slice(0, Math.max(0, ended.length - endedMax)).map(({ planId }) => planId));
}

/** The journal of one root plan and its subplans. */
interface RootPlan {
  /** Checks for new events; with an event's number, only if it is new. */
  wake(seq?: string): void;
  /** Resolves when the journal is not followed any more. */
  readonly ended: Promise<void>;
}

function followRootPlan(planId: string, options: PlanSourceOptions): RootPlan {
  const { troupe, broadcaster } = options;
  // A separate signal: there are many roots, each with several listeners.
  const signal = AbortSignal.any([options.signal]);
  let after: string | undefined;
  let isDue = true;
  let awake = () => {};
  /** A plan's events end when it waits; then this waits until it is woken. */
  const follow = async () => {
    const plan = await troupe.get(planId);
    while (!signal.aborted) {
      isDue = false;
      const start = omitUndefined({ after });
      for await (const event of plan.events({ ...start, signal })) {
        after = event.seq;
        broadcaster.add([toJournalEvent(event)]);
      }
      if (signal.aborted) return;
      if (isDue) continue;
      await new Promise<void>(resolve => {
        awake = resolve;
      });
    }
  };
  signal.addEventListener('abort', () => awake(), { once: true });
  return {
    wake(seq) {
      if (seq !== undefined && after !== undefined && seq <= after) return;
      isDue = true;
      awake();
    },
    ended: retryWhileDisconnected({ ...options, signal }, follow),
  };
}

function toJournalEvent({ seq, at, planId, type, ...event }: PlanEvent): PlanJournalEvent {
  // A page formats no hints: it gets the lines to type.
  const lines =
    'error' in event && event.error !== null
      ? { ...event, error: { ...event.error, hints: event.error.hints.map(formatHint) } }
      : event;
  const shown = toBoundedJson(lines, text => redact(text, new Set())) as Record<string, unknown>;
  return { type: 'plan-event', seq, at: Date.parse(at), planId, name: type, event: shown };
}
