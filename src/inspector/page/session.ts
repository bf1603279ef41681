/** What all parts of the page share: the store, the selection, and queries. */

import type { PlanOverview } from '../state/events.ts';
import { createInspectorStore, type InspectorStore } from '../state/store.ts';
import { type ConnectionState, openConnection, type ServerConnection } from './connection.ts';

export interface PageSession {
  /** After a lost connection the previous one, until the next one knows plans too. */
  store: InspectorStore;
  title: string;
  control: boolean;
  /** Whether there are plans, or only actors. */
  plans: boolean;
  state: ConnectionState;
  /** The selected root plan; null while there is none. */
  root: string | null;
  /** The selected plan of its tree. */
  plan: string | null;
  actor: string | null;
  connection: ServerConnection;
  select(chosen: Partial<Pick<PageSession, 'root' | 'plan' | 'actor'>>): void;
  roots(): PlanOverview[];
  /** The root and its subplans. */
  plansOfRoot(): PlanOverview[];
  /** The current time, or the end of the report. */
  now(): number;
}

/** Calls `changed` at most ten times per second, in an animation frame. */
export function openSession(changed: () => void): PageSession {
  /** The store of a restarted server, which is empty at first. */
  let next: InspectorStore | null = null;
  let isDue = false;
  let last = 0;
  const soon = () => {
    if (isDue) return;
    isDue = true;
    const wait = Math.max(0, last + 100 - performance.now());
    setTimeout(
      () =>
        requestAnimationFrame(() => {
          isDue = false;
          last = performance.now();
          changed();
        }),
      wait,
    );
  };
  const session: PageSession = {
    store: createInspectorStore(),
    title: 'Troupe',
    control: false,
    plans: true,
    state: { kind: 'lost', text: 'connecting' },
    root: null,
    plan: null,
    actor: null,
    connection: {
      query: () => Promise.reject(new Error('not yet')),
      execute: () => Promise.reject(new Error('not yet')),
    },
    select(chosen) {
      if (chosen.root !== undefined && chosen.root !== session.root) session.plan = chosen.root;
      Object.assign(session, chosen);
      soon();
    },
    roots: () => [...session.store.plans.values()].filter(({ depth }) => depth === 0).sort(newestFirst),
    plansOfRoot: () => [...session.store.plans.values()].filter(({ rootPlanId }) => rootPlanId === session.root),
    now: () => session.state.at ?? Date.now(),
  };
  session.connection = openConnection({
    welcome({ title, control, plans }) {
      Object.assign(session, { title, control, plans });
      soon();
    },
    items(items) {
      const isReset = items[0]?.type === 'forget' && items[0].what === 'all';
      if (isReset && session.store.plans.size > 0) next = emptyStoreAfter(session.store);
      (next ?? session.store).add(items);
      if (next !== null && next.plans.size > 0) {
        session.store = next;
        next = null;
      }
      const { plans } = session.store;
      if (session.root === null || !plans.has(session.root)) session.root = session.roots()[0]?.planId ?? null;
      if (session.plan === null || !plans.has(session.plan)) session.plan = session.root;
      soon();
    },
    state(state) {
      session.state = state;
      soon();
    },
  });
  return session;
}

const newestFirst = (left: PlanOverview, right: PlanOverview) => (left.planId < right.planId ? 1 : -1);

/** An empty store with a different revision than the one before. */
function emptyStoreAfter({ revision }: InspectorStore): InspectorStore {
  const store = createInspectorStore();
  store.revision = revision + 1;
  return store;
}
