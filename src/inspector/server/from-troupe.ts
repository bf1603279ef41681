/**
 * The plans of a Troupe as items: what its journals tell, from the first event on. Works on a Troupe of this process and of
 * another.
 * - P1 of each root its events are read once each, in order, over rests and over owners that follow one another;
 * - P2 a record is read when a plan begins to be shown and when it may have come to rest, not with every event.
 */

import { plain } from '../../durable.ts';
import { Fault, type PlanEvent, redact, type Troupe } from '../../index.ts';
import type { Item, PlanEventItem, PlanItem } from '../book/item.ts';
import type { ActorItems } from './actor-items.ts';
import type { Hub } from './hub.ts';
import { advanced, bornLine, callsForRecord, lineOf } from './plan-line.ts';

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

/** Until the signal aborts; an owner that is lost meanwhile is waited for. */
export async function fromTroupe(options: FromTroupeOptions): Promise<void> {
  const roots = new Map<string, Root>();
  const known = (planId: string): Root => {
    const root = roots.get(planId) ?? new Root(planId, options);
    roots.set(planId, root);
    return root;
  };
  await Promise.all([
    persist(options, () => followActors(options)),
    persist(options, async () => {
      const { troupe, signal } = options;
      const news = troupe.events({ signal })[Symbol.asyncIterator]();
      // Asked for before the plans are listed, so that none begins in between unseen.
      let next = news.next();
      await showPlans(options, known);
      for (const root of roots.values()) root.stir();
      for (;;) {
        const { value, done } = await next;
        if (done === true) return;
        if (value.type === 'plan.created' && value.spec.parentPlanId === null) known(value.planId);
        for (const root of roots.values()) root.hear(value);
        next = news.next();
      }
    }),
  ]);
  await Promise.all([...roots.values()].map(root => root.ended));
}

async function followActors({ troupe, signal, actors }: FromTroupeOptions): Promise<void> {
  for await (const batch of troupe.traces({ signal })) actors.add(batch);
}

async function showPlans(
  { troupe, hub, endedMax = 20 }: FromTroupeOptions,
  known: (planId: string) => Root,
): Promise<void> {
  const records = await troupe.plans({ all: true, children: true });
  const isEnded = ({ state }: { state: string }) => state === 'applied' || state === 'cancelled';
  const all = records.filter(({ depth }) => depth === 0);
  const shown = new Set(
    [...all.filter(root => !isEnded(root)), ...all.filter(isEnded).slice(-endedMax)].map(({ planId }) => planId),
  );
  hub.add(records.filter(({ rootPlanId }) => shown.has(rootPlanId)).map(lineOf));
  for (const planId of shown) known(planId);
}

/** Does it again while owners are lost and found. */
async function persist({ signal, hub, patienceMs = 500 }: FromTroupeOptions, act: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await act();
      return;
    } catch (thrown) {
      if (signal.aborted) return;
      if (!(Fault.is(thrown) && (thrown.code === 'OWNER_LOST' || thrown.code === 'STORE_LOCKED'))) throw thrown;
      hub.trouble(thrown.message);
      await rest(patienceMs, signal);
      hub.trouble(null);
    }
  }
}

/** One root plan and all below it. */
class Root {
  readonly #planId: string;
  readonly #options: FromTroupeOptions;
  /** Records that are being read, and whether that is to be done again. */
  readonly #asked = new Map<string, boolean>();
  #after: string | undefined;
  #wake: () => void = () => {};
  #stirred = true;
  readonly ended: Promise<void>;

  constructor(planId: string, options: FromTroupeOptions) {
    this.#planId = planId;
    this.#options = options;
    this.ended = persist(options, () => this.#follow());
  }

  /** Something may have happened. */
  stir(): void {
    this.#stirred = true;
    this.#wake();
  }

  /** An event of some plan: it stirs the root it belongs to. */
  hear({ planId, seq }: PlanEvent): void {
    const root = this.#options.hub.book.plans.get(planId)?.rootPlanId ?? planId;
    if (root === this.#planId && (this.#after === undefined || seq > this.#after)) this.stir();
  }

  /** A plan's events end when it rests; then it waits until it is stirred. */
  async #follow(): Promise<void> {
    const { troupe, signal } = this.#options;
    const plan = await troupe.plan(this.#planId);
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    while (!signal.aborted) {
      this.#stirred = false;
      const after = this.#after === undefined ? {} : { after: this.#after };
      for await (const event of plan.events({ ...after, signal })) {
        this.#after = event.seq;
        this.#tell(event);
      }
      if (signal.aborted) return;
      // It rests, which no event says.
      this.#refresh(this.#planId);
      if (this.#stirred) continue;
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    }
  }

  #tell(event: PlanEvent): void {
    const { hub } = this.#options;
    const items: Item[] = [itemOf(event)];
    const known = hub.book.plans.get(event.planId) ?? (event.type === 'plan.created' ? bornLine(event) : undefined);
    const line = known === undefined ? undefined : isNewer(event, known) ? advanced(known, event) : known;
    if (line !== undefined && line !== hub.book.plans.get(event.planId)) items.push(line);
    hub.add(items);
    if (known !== undefined && isNewer(event, known) && callsForRecord(event)) this.#refresh(event.planId);
  }

  /** Reads a record; once more when it is called for while it is read. */
  #refresh(planId: string): void {
    const isBeingRead = this.#asked.has(planId);
    this.#asked.set(planId, isBeingRead);
    if (!isBeingRead) void this.#read(planId).finally(() => this.#again(planId));
  }

  #again(planId: string): void {
    const isWanted = this.#asked.get(planId);
    this.#asked.delete(planId);
    if (isWanted) this.#refresh(planId);
  }

  async #read(planId: string): Promise<void> {
    const { troupe, hub } = this.#options;
    try {
      const plan = await troupe.plan(planId);
      hub.add([lineOf(await plan.record())]);
    } catch {
      // What is lost meanwhile is shown again with what follows.
    }
  }
}

const isNewer = ({ at }: PlanEvent, { updatedAt }: PlanItem) => at >= updatedAt;

function itemOf({ seq, at, planId, type, ...event }: PlanEvent): PlanEventItem {
  const shown = plain(event, text => redact(text, new Set())) as Record<string, unknown>;
  return { type: 'plan-event', seq, at: Date.parse(at), planId, name: type, event: shown };
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(awake => {
    const timer = setTimeout(awake, ms);
    signal.addEventListener('abort', () => awake(), { once: true });
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
