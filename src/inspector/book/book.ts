/**
 * All that was told, as both the server and its pages keep it.
 * - B1 bounded: of what actors received and where it led the last `logMax` are kept; what goes is folded into the state an
 *   actor is kept to have begun with, so that every state in between can still be made;
 * - B2 `items()` of one book, added to an empty one, makes an equal book.
 */
import type { BornItem, Item, MovedItem, Picture, PlanEventItem, PlanItem, ReceivedItem, Stand } from './item.ts';
import { stepped } from './stand.ts';

export interface ActorEntry extends Omit<BornItem, 'type' | 'stand'> {
  /** Where it stood before the first entry of `log`. */
  base: Stand;
  now: Stand;
  log: LogEntry[];
  children: string[];
  gone: 'ended' | 'asleep' | null;
}

/** In the order in which it happened, over all actors. */
export type LogEntry = ReceivedItem | MovedItem;

export interface BookOptions {
  /** @default 100000 */
  logMax?: number;
  /** Actors that are gone and still kept. @default 5000 */
  goneMax?: number;
  /** @default 100000 */
  planEventsMax?: number;
}

export class Book {
  readonly charts = new Map<number, Picture>();
  readonly actors = new Map<string, ActorEntry>();
  readonly plans = new Map<string, PlanItem>();
  log: LogEntry[] = [];
  planEvents: PlanEventItem[] = [];
  /** Grows with every item; two looks at the same revision see the same. */
  revision = 0;
  readonly #bounds: Required<BookOptions>;
  readonly #gone = new Set<string>();

  constructor({ logMax = 100_000, goneMax = 5_000, planEventsMax = 100_000 }: BookOptions = {}) {
    this.#bounds = { logMax, goneMax, planEventsMax };
  }

  add(items: readonly Item[]): void {
    for (const item of items) this.#add(item);
    this.#shorten();
  }

  /** What makes an equal book, oldest first. */
  *items(): Generator<Item> {
    for (const [chart, picture] of this.charts) yield { type: 'chart', chart, picture };
    for (const { base, now: _, log: __, children: ___, gone: ____, ...born } of this.actors.values()) {
      yield { type: 'born', ...born, stand: base };
    }
    yield* this.log;
    for (const { uid, gone } of this.actors.values()) if (gone !== null) yield { type: 'gone', uid, why: gone };
    yield* this.plans.values();
    yield* this.planEvents;
  }

  #add(item: Item): void {
    this.revision += 1;
    switch (item.type) {
      case 'chart':
        this.charts.set(item.chart, item.picture);
        break;
      case 'born':
        this.#born(item);
        break;
      case 'received':
        this.#logged(item);
        break;
      case 'moved': {
        const actor = this.#logged(item);
        if (actor !== undefined) actor.now = stepped(actor.now, item.step);
        break;
      }
      case 'gone': {
        const actor = this.actors.get(item.uid);
        if (actor === undefined) break;
        actor.gone = item.why;
        this.#gone.add(item.uid);
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

  #born({ type: _, stand, ...born }: BornItem): void {
    const known = this.actors.get(born.uid);
    this.#gone.delete(born.uid);
    if (known !== undefined) {
      // Awake again, as who it was.
      Object.assign(known, born, { now: stand, gone: null });
      return;
    }
    this.actors.set(born.uid, { ...born, base: stand, now: stand, log: [], children: [], gone: null });
    if (born.parent !== null) this.actors.get(born.parent)?.children.push(born.uid);
  }

  #logged(entry: LogEntry): ActorEntry | undefined {
    const actor = this.actors.get(entry.uid);
    actor?.log.push(entry);
    this.log.push(entry);
    return actor;
  }

  #forgetAll(): void {
    this.charts.clear();
    this.actors.clear();
    this.#gone.clear();
    this.log = [];
    this.plans.clear();
    this.planEvents = [];
  }

  #forgetActors(prefix: string): void {
    const isMeant = (uid: string) => uid.startsWith(prefix);
    for (const uid of [...this.actors.keys()].filter(isMeant)) {
      this.actors.delete(uid);
      this.#gone.delete(uid);
    }
    this.log = this.log.filter(({ uid }) => !isMeant(uid));
    const drawn = new Set([...this.actors.values()].map(({ chart }) => chart));
    for (const chart of this.charts.keys()) if (!drawn.has(chart)) this.charts.delete(chart);
  }

  /** A tenth more than the bound may lie there, so that room is made seldom. */
  #shorten(): void {
    const { logMax, goneMax, planEventsMax } = this.#bounds;
    if (this.log.length > 1.1 * logMax) this.#letGo(this.log.splice(0, this.log.length - logMax));
    if (this.planEvents.length > 1.1 * planEventsMax) {
      this.planEvents.splice(0, this.planEvents.length - planEventsMax);
    }
    if (this.#gone.size > 1.1 * goneMax) {
      for (const uid of [...this.#gone].slice(0, this.#gone.size - goneMax)) this.#remove(uid);
    }
  }

  #letGo(old: readonly LogEntry[]): void {
    const counts = new Map<string, number>();
    for (const entry of old) {
      counts.set(entry.uid, (counts.get(entry.uid) ?? 0) + 1);
      const actor = this.actors.get(entry.uid);
      if (actor !== undefined && entry.type === 'moved') actor.base = stepped(actor.base, entry.step);
    }
    for (const [uid, count] of counts) this.actors.get(uid)?.log.splice(0, count);
  }

  #remove(uid: string): void {
    this.#gone.delete(uid);
    const actor = this.actors.get(uid);
    if (actor === undefined || actor.children.some(child => this.actors.get(child)?.gone === null)) return;
    this.actors.delete(uid);
    const siblings = actor.parent === null ? undefined : this.actors.get(actor.parent)?.children;
    siblings?.splice(siblings.indexOf(uid), 1);
  }
}
