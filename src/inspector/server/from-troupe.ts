/**
 * The plans of a Troupe as items: where they stand, as every window shows it, and what their journals tell, from the first
 * event on. Works on a Troupe of this process and of another.
 * - P1 of each root its events are read once each, in order, over rests and over owners that follow one another;
 * - P2 where plans stand is what `watchPlans` says and nothing else: events are made into it in one place only.
 */
import { plain } from '../../durable.ts';
import {
  Fault,
  type PlanEvent,
  type PlanLine,
  type Plans,
  redact,
  type Troupe,
  type Views,
  type Watch,
  watchPlans,
} from '../../index.ts';
import type { PlanEventItem, PlanItem } from '../book/item.ts';
import type { ActorItems } from './actor-items.ts';
import type { Hub } from './hub.ts';
import { planItem } from './plan-item.ts';

export interface FromTroupeOptions {
  troupe: Troupe;
  hub: Hub;
  actors: ActorItems;
  signal: AbortSignal;
  /** Finished roots that are shown too, the newest. @default 20 */
  endedMax?: number;
  /** After which an owner that was lost is looked for again. @default 500 */
  patienceMs?: number;
}

/** Until the signal aborts or the Troupe is closed; an owner that is lost meanwhile is waited for. */
export async function fromTroupe(options: FromTroupeOptions): Promise<void> {
  await using watch = watchPlans(options.troupe);
  const over = new AbortController();
  const roots = new Roots({ ...options, signal: AbortSignal.any([options.signal, over.signal]) });
  await Promise.all([
    persist(options, () => followActors(options)),
    persist(options, () => followPlans(watch, roots, options)),
  ]);
  over.abort();
  await roots.ended();
}

async function followActors({ troupe, signal, actors }: FromTroupeOptions): Promise<void> {
  for await (const batch of troupe.traces({ signal })) actors.add(batch);
}

async function followPlans(watch: Watch, roots: Roots, { signal }: FromTroupeOptions): Promise<void> {
  watch.again();
  let leave = () => {};
  let over = () => {};
  const fault = await new Promise<Views['fault']>(resolve => {
    over = () => resolve(null);
    signal.addEventListener('abort', over);
    leave = watch.listen(heard => {
      const views = watch.look();
      roots.show(views, heard);
      if (views.fault !== null) resolve(views.fault);
    });
  });
  leave();
  signal.removeEventListener('abort', over);
  if (fault !== null) throw Fault.revive(fault);
}

/** Does it again while owners are lost and found. */
async function persist({ signal, hub, patienceMs = 500 }: FromTroupeOptions, act: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await act();
      return;
    } catch (thrown) {
      if (signal.aborted || (Fault.is(thrown) && thrown.code === 'SYSTEM_CLOSED')) return;
      if (!(Fault.is(thrown) && (thrown.code === 'OWNER_LOST' || thrown.code === 'STORE_LOCKED'))) throw thrown;
      hub.trouble(thrown.message);
      await rest(patienceMs, signal);
      hub.trouble(null);
    }
  }
}

/** The root plans that are shown, and all below them. */
class Roots {
  readonly #options: FromTroupeOptions;
  readonly #roots = new Map<string, Root>();
  readonly #told = new Map<string, PlanLine>();
  /** Roots that had ended long before anybody looked; null until they are known. */
  #passed: ReadonlySet<string> | null = null;

  constructor(options: FromTroupeOptions) {
    this.#options = options;
  }

  /** Tells what is new of where plans stand. */
  show({ joined, plans }: Views, heard: readonly PlanEvent[]): void {
    if (!joined) return;
    const { hub, endedMax = 20 } = this.#options;
    this.#passed ??= longEnded(plans, endedMax);
    const items: PlanItem[] = [];
    for (const line of Object.values(plans)) {
      if (this.#told.get(line.planId) === line || this.#passed.has(line.rootPlanId)) continue;
      this.#told.set(line.planId, line);
      items.push(planItem(line));
      this.#root(line.rootPlanId).stir();
    }
    hub.add(items);
    for (const { planId, seq } of heard) {
      const line = this.#told.get(planId);
      if (line !== undefined) this.#root(line.rootPlanId).stir(seq);
    }
  }

  async ended(): Promise<void> {
    await Promise.all([...this.#roots.values()].map(root => root.ended));
  }

  #root(planId: string): Root {
    const root = this.#roots.get(planId) ?? new Root(planId, this.#options);
    this.#roots.set(planId, root);
    return root;
  }
}

function longEnded(plans: Plans, endedMax: number): ReadonlySet<string> {
  const roots = Object.values(plans).filter(({ depth }) => depth === 0);
  const ended = roots.filter(({ state }) => state === 'applied' || state === 'cancelled');
  return new Set(ended.slice(0, Math.max(0, ended.length - endedMax)).map(({ planId }) => planId));
}

/** The journal of one root plan and all below it. */
class Root {
  readonly #planId: string;
  readonly #options: FromTroupeOptions;
  #after: string | undefined;
  #wake: () => void = () => {};
  #stirred = true;
  readonly ended: Promise<void>;

  constructor(planId: string, options: FromTroupeOptions) {
    this.#planId = planId;
    // A signal of its own: there are many roots, and each of them is waited for in several places.
    this.#options = { ...options, signal: AbortSignal.any([options.signal]) };
    this.#options.signal.addEventListener('abort', () => this.#wake(), { once: true });
    this.ended = persist(this.#options, () => this.#follow());
  }

  /** Something may have happened; with the number of an event: unless it is known. */
  stir(seq?: string): void {
    if (seq !== undefined && this.#after !== undefined && seq <= this.#after) return;
    this.#stirred = true;
    this.#wake();
  }

  /** A plan's events end when it rests; then it waits until it is stirred. */
  async #follow(): Promise<void> {
    const { troupe, signal, hub } = this.#options;
    const plan = await troupe.plan(this.#planId);
    while (!signal.aborted) {
      this.#stirred = false;
      const after = this.#after === undefined ? {} : { after: this.#after };
      for await (const event of plan.events({ ...after, signal })) {
        this.#after = event.seq;
        hub.add([itemOf(event)]);
      }
      if (signal.aborted) return;
      if (this.#stirred) continue;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }
}

function itemOf({ seq, at, planId, type, ...event }: PlanEvent): PlanEventItem {
  const shown = plain(event, text => redact(text, new Set())) as Record<string, unknown>;
  return { type: 'plan-event', seq, at: Date.parse(at), planId, name: type, event: shown };
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  let over = () => {};
  const ended = new Promise<void>(resolve => {
    over = () => resolve();
  });
  const timer = setTimeout(over, ms);
  signal.addEventListener('abort', over);
  try {
    if (!signal.aborted) await ended;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', over);
  }
}
