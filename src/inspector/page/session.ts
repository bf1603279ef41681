/** What every part of the page shares: the book, who is selected, and how to ask for more. */
import { Book } from '../book/book.ts';
import type { PlanItem } from '../book/item.ts';
import { type Link, type LinkState, openLink } from './link.ts';

export interface Session {
  /** After a loss the one before, until the next knows plans too. */
  book: Book;
  title: string;
  control: boolean;
  /** Whether there are plans, or only actors. */
  plans: boolean;
  state: LinkState;
  /** The root plan that is looked at; null while there is none. */
  root: string | null;
  /** A plan of its tree. */
  plan: string | null;
  actor: string | null;
  link: Link;
  choose(chosen: Partial<Pick<Session, 'root' | 'plan' | 'actor'>>): void;
  roots(): PlanItem[];
  /** The root and all below it. */
  family(): PlanItem[];
  /** The present, or the moment at which the report ends. */
  now(): number;
}

/** Calls `changed` at most ten times a second, in a frame, whatever happens. */
export function openSession(changed: () => void): Session {
  /** Of a server that was started again: it takes a moment before it knows anything. */
  let next: Book | null = null;
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
  const session: Session = {
    book: new Book(),
    title: 'Troupe',
    control: false,
    plans: true,
    state: { kind: 'lost', text: 'connecting' },
    root: null,
    plan: null,
    actor: null,
    link: { ask: () => Promise.reject(new Error('not yet')), order: () => Promise.reject(new Error('not yet')) },
    choose(chosen) {
      if (chosen.root !== undefined && chosen.root !== session.root) session.plan = chosen.root;
      Object.assign(session, chosen);
      soon();
    },
    roots: () => [...session.book.plans.values()].filter(({ depth }) => depth === 0).sort(newestFirst),
    family: () => [...session.book.plans.values()].filter(({ rootPlanId }) => rootPlanId === session.root),
    now: () => session.state.at ?? Date.now(),
  };
  session.link = openLink({
    welcome({ title, control, plans }) {
      Object.assign(session, { title, control, plans });
      soon();
    },
    items(items) {
      const isAnew = items[0]?.type === 'forget' && items[0].what === 'all';
      if (isAnew && session.book.plans.size > 0) next = after(session.book);
      (next ?? session.book).add(items);
      if (next !== null && next.plans.size > 0) {
        session.book = next;
        next = null;
      }
      const { plans } = session.book;
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

const newestFirst = (left: PlanItem, right: PlanItem) => (left.planId < right.planId ? 1 : -1);

/** An empty book that no look takes for the one before. */
function after({ revision }: Book): Book {
  const book = new Book();
  book.revision = revision + 1;
  return book;
}
