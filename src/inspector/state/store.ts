/**
 * All received events, kept by the server and by its pages.
 * - B1 bounded: the last `logMax` received events and transitions of actors are kept; older ones are merged into the
 *   actor's base state, so that every state in between can be computed;
 * - B2 `events()` of one store, added to an empty one, produce an equal store.
 */

import type { ActorRecord, LogEntry } from './actor-record.ts';
import { applyStateDelta } from './actor-state.ts';
import type { ActorStarted, ChartLayout, InspectorEvent, PlanJournalEvent, PlanOverview } from './events.ts';

export interface InspectorStoreOptions {
  /** @default 100000 */
  logMax?: number;
  /** Stopped actors that are kept. @default 5000 */
  goneMax?: number;
  /** @default 100000 */
  planEventsMax?: number;
}

export interface InspectorStore {
  readonly charts: Map<number, ChartLayout>;
  readonly actors: Map<string, ActorRecord>;
  readonly plans: Map<string, PlanOverview>;
  log: LogEntry[];
  planEvents: PlanJournalEvent[];
  /** Grows with every event; equal revisions mean equal content. */
  revision: number;
  add(items: readonly InspectorEvent[]): void;
  /** Returns the events that produce an equal store, oldest first. */
  events(): Generator<InspectorEvent>;
}

export function createInspectorStore({
  logMax = 100_000,
  goneMax = 5_000,
  planEventsMax = 100_000,
}: InspectorStoreOptions = {}): InspectorStore {
  const stopped = new Set<string>();
  const store: InspectorStore = {
    charts: new Map(),
    actors: new Map(),
    plans: new Map(),
    log: [],
    planEvents: [],
    revision: 0,
    add(items) {
      for (const item of items) addEvent(store, stopped, item);
      enforceLimits(store, stopped, { logMax, goneMax, planEventsMax });
    },
    events: () => eventsOf(store),
  };
  return store;
}

function* eventsOf({ charts, actors, log, plans, planEvents }: InspectorStore): Generator<InspectorEvent> {
  for (const [chart, picture] of charts) yield { type: 'chart', chart, picture };
  for (const { base, now: _, log: __, children: ___, stoppedAs: ____, ...actor } of actors.values()) {
    yield { type: 'started', ...actor, state: base };
  }
  yield* log;
  for (const { uid, stoppedAs } of actors.values())
    if (stoppedAs !== null) yield { type: 'stopped', uid, why: stoppedAs };
  yield* plans.values();
  yield* planEvents;
}

function addEvent(store: InspectorStore, stopped: Set<string>, item: InspectorEvent): void {
  store.revision += 1;
  switch (item.type) {
    case 'chart':
      store.charts.set(item.chart, item.picture);
      break;
    case 'started':
      stopped.delete(item.uid);
      addActor(store, item);
      break;
    case 'received':
      appendLog(store, item);
      break;
    case 'transitioned': {
      const actor = appendLog(store, item);
      if (actor !== undefined) actor.now = applyStateDelta(actor.now, item.delta);
      break;
    }
    case 'stopped': {
      const actor = store.actors.get(item.uid);
      if (actor === undefined) break;
      actor.stoppedAs = item.why;
      stopped.add(item.uid);
      break;
    }
    case 'plan':
      store.plans.set(item.planId, item);
      break;
    case 'plan-event':
      store.planEvents.push(item);
      break;
    case 'forget':
      if (item.what === 'all') forgetAll(store, stopped);
      else forgetActors(store, stopped, item.prefix);
      break;
  }
}

function addActor({ actors }: InspectorStore, { type: _, state, ...actor }: ActorStarted): void {
  const known = actors.get(actor.uid);
  if (known !== undefined) {
    // Activated again with the same identity.
    Object.assign(known, actor, { now: state, stoppedAs: null });
    return;
  }
  actors.set(actor.uid, { ...actor, base: state, now: state, log: [], children: [], stoppedAs: null });
  if (actor.parent !== null) actors.get(actor.parent)?.children.push(actor.uid);
}

function appendLog({ actors, log }: InspectorStore, entry: LogEntry): ActorRecord | undefined {
  const actor = actors.get(entry.uid);
  actor?.log.push(entry);
  log.push(entry);
  return actor;
}

function forgetAll(store: InspectorStore, stopped: Set<string>): void {
  store.charts.clear();
  store.actors.clear();
  stopped.clear();
  store.log = [];
  store.plans.clear();
  store.planEvents = [];
}

function forgetActors(store: InspectorStore, stopped: Set<string>, prefix: string): void {
  const { actors, charts } = store;
  const hasPrefix = (uid: string) => uid.startsWith(prefix);
  for (const uid of [...actors.keys()].filter(hasPrefix)) {
    actors.delete(uid);
    stopped.delete(uid);
  }
  store.log = store.log.filter(({ uid }) => !hasPrefix(uid));
  const drawn = new Set([...actors.values()].map(({ chart }) => chart));
  for (const chart of charts.keys()) if (!drawn.has(chart)) charts.delete(chart);
}

/** Allows a tenth more than the limit, so that it runs rarely. */
function enforceLimits(
  { actors, log, planEvents }: InspectorStore,
  stopped: Set<string>,
  { logMax, goneMax, planEventsMax }: Required<InspectorStoreOptions>,
): void {
  if (log.length > 1.1 * logMax) foldIntoBase(actors, log.splice(0, log.length - logMax));
  if (planEvents.length > 1.1 * planEventsMax) planEvents.splice(0, planEvents.length - planEventsMax);
  if (stopped.size > 1.1 * goneMax) {
    for (const uid of [...stopped].slice(0, stopped.size - goneMax)) {
      stopped.delete(uid);
      removeActor(actors, uid);
    }
  }
}

function foldIntoBase(actors: ReadonlyMap<string, ActorRecord>, old: readonly LogEntry[]): void {
  const counts = new Map<string, number>();
  for (const entry of old) {
    counts.set(entry.uid, (counts.get(entry.uid) ?? 0) + 1);
    const actor = actors.get(entry.uid);
    if (actor !== undefined && entry.type === 'transitioned') actor.base = applyStateDelta(actor.base, entry.delta);
  }
  for (const [uid, count] of counts) actors.get(uid)?.log.splice(0, count);
}

/** Removes a stopped actor, unless one of its children is still at work. */
function removeActor(actors: Map<string, ActorRecord>, uid: string): void {
  const actor = actors.get(uid);
  if (actor === undefined || actor.children.some(child => actors.get(child)?.stoppedAs === null)) return;
  actors.delete(uid);
  const siblings = actor.parent === null ? undefined : actors.get(actor.parent)?.children;
  siblings?.splice(siblings.indexOf(uid), 1);
}
