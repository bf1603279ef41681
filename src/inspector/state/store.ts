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

export class InspectorStore {
  readonly charts = new Map<number, ChartLayout>();
  readonly actors = new Map<string, ActorRecord>();
  readonly plans = new Map<string, PlanOverview>();
  log: LogEntry[] = [];
  planEvents: PlanJournalEvent[] = [];
  /** Grows with every event; equal revisions mean equal content. */
  revision = 0;
  readonly #bounds: Required<InspectorStoreOptions>;
  readonly #stopped = new Set<string>();

  constructor({ logMax = 100_000, goneMax = 5_000, planEventsMax = 100_000 }: InspectorStoreOptions = {}) {
    this.#bounds = { logMax, goneMax, planEventsMax };
  }

  add(items: readonly InspectorEvent[]): void {
    for (const item of items) this.#add(item);
    this.#enforceLimits();
  }

  /** Returns the events that produce an equal store, oldest first. */
  *events(): Generator<InspectorEvent> {
    for (const [chart, picture] of this.charts) yield { type: 'chart', chart, picture };
    for (const { base, now: _, log: __, children: ___, stoppedAs: ____, ...actor } of this.actors.values()) {
      yield { type: 'started', ...actor, state: base };
    }
    yield* this.log;
    for (const { uid, stoppedAs } of this.actors.values())
      if (stoppedAs !== null) yield { type: 'stopped', uid, why: stoppedAs };
    yield* this.plans.values();
    yield* this.planEvents;
  }

  #add(item: InspectorEvent): void {
    this.revision += 1;
    switch (item.type) {
      case 'chart':
        this.charts.set(item.chart, item.picture);
        break;
      case 'started':
        this.#actorStarted(item);
        break;
      case 'received':
        this.#appendLog(item);
        break;
      case 'transitioned': {
        const actor = this.#appendLog(item);
        if (actor !== undefined) actor.now = applyStateDelta(actor.now, item.delta);
        break;
      }
      case 'stopped': {
        const actor = this.actors.get(item.uid);
        if (actor === undefined) break;
        actor.stoppedAs = item.why;
        this.#stopped.add(item.uid);
        break;
      }
      case 'plan':
        this.plans.set(item.planId, item);
        break;
      case 'plan-event':
        this.planEvents.push(item);
        break;
      case 'forget':
        if (item.what === 'all') this.#forgetAll();
        else this.#forgetActors(item.prefix);
        break;
    }
  }

  #actorStarted({ type: _, state, ...actor }: ActorStarted): void {
    const known = this.actors.get(actor.uid);
    this.#stopped.delete(actor.uid);
    if (known !== undefined) {
      // Activated again with the same identity.
      Object.assign(known, actor, { now: state, stoppedAs: null });
      return;
    }
    this.actors.set(actor.uid, { ...actor, base: state, now: state, log: [], children: [], stoppedAs: null });
    if (actor.parent !== null) this.actors.get(actor.parent)?.children.push(actor.uid);
  }

  #appendLog(entry: LogEntry): ActorRecord | undefined {
    const actor = this.actors.get(entry.uid);
    actor?.log.push(entry);
    this.log.push(entry);
    return actor;
  }

  #forgetAll(): void {
    this.charts.clear();
    this.actors.clear();
    this.#stopped.clear();
    this.log = [];
    this.plans.clear();
    this.planEvents = [];
  }

  #forgetActors(prefix: string): void {
    const hasPrefix = (uid: string) => uid.startsWith(prefix);
    for (const uid of [...this.actors.keys()].filter(hasPrefix)) {
      this.actors.delete(uid);
      this.#stopped.delete(uid);
    }
    this.log = this.log.filter(({ uid }) => !hasPrefix(uid));
    const drawn = new Set([...this.actors.values()].map(({ chart }) => chart));
    for (const chart of this.charts.keys()) if (!drawn.has(chart)) this.charts.delete(chart);
  }

  /** Allows a tenth more than the limit, so that it runs rarely. */
  #enforceLimits(): void {
    const { logMax, goneMax, planEventsMax } = this.#bounds;
    if (this.log.length > 1.1 * logMax) this.#foldIntoBase(this.log.splice(0, this.log.length - logMax));
    if (this.planEvents.length > 1.1 * planEventsMax) {
      this.planEvents.splice(0, this.planEvents.length - planEventsMax);
    }
    if (this.#stopped.size > 1.1 * goneMax) {
      for (const uid of [...this.#stopped].slice(0, this.#stopped.size - goneMax)) this.#remove(uid);
    }
  }

  #foldIntoBase(old: readonly LogEntry[]): void {
    const counts = new Map<string, number>();
    for (const entry of old) {
      counts.set(entry.uid, (counts.get(entry.uid) ?? 0) + 1);
      const actor = this.actors.get(entry.uid);
      if (actor !== undefined && entry.type === 'transitioned') actor.base = applyStateDelta(actor.base, entry.delta);
    }
    for (const [uid, count] of counts) this.actors.get(uid)?.log.splice(0, count);
  }

  #remove(uid: string): void {
    this.#stopped.delete(uid);
    const actor = this.actors.get(uid);
    if (actor === undefined || actor.children.some(child => this.actors.get(child)?.stoppedAs === null)) return;
    this.actors.delete(uid);
    const siblings = actor.parent === null ? undefined : this.actors.get(actor.parent)?.children;
    siblings?.splice(siblings.indexOf(uid), 1);
  }
}
