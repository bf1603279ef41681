/**
 * Sends the events of the store to the connected pages.
 * - H1 each page receives every event once and in order: from the store when it connects late, then live;
 * - H2 at most ten times per second, in frames of bounded size;
 * - H3 a slow page blocks no other: it gets what it missed for too long from the store.
 */
import { randomUUID } from 'node:crypto';
import type { InspectorEvent } from '../state/events.ts';
import type { ServerMessage } from '../state/protocol.ts';
import { createInspectorStore, type InspectorStore, type InspectorStoreOptions } from '../state/store.ts';
import { createRecentEvents, type RecentEvents } from './recent-events.ts';

export interface PageConnection {
  send(message: ServerMessage): void;
  /** Bytes written but not sent yet. */
  waiting(): number;
}

export interface BroadcasterOptions extends InspectorStoreOptions {
  /** Events kept for pages that reconnect. @default 20000 */
  recentMax?: number;
  /** @default 100 */
  frameMs?: number;
}

interface ConnectedPage {
  page: PageConnection;
  /** The last event it received. */
  seq: number;
  /** Events of the store that are still to be sent; null once it is live. */
  backlog: { items: InspectorEvent[]; at: number; seq: number } | null;
}

const frameItems = 500;
const waitingBytesMax = 4 * 1024 ** 2;

export interface Broadcaster {
  readonly store: InspectorStore;
  /** Identifies this run of the server; the numbers of events start again with each. */
  readonly epoch: string;
  /** Number of connected pages. */
  readonly pages: number;
  add(items: readonly InspectorEvent[]): void;
  /** Calls back with all existing events, then with each new one; the returned function unsubscribes. */
  subscribe(listener: (items: readonly InspectorEvent[]) => void): () => void;
  /** Reports that the source cannot be reached, or null when it can again. */
  setError(message: string | null): void;
  /** Connects a page that has received everything up to `seq` of `epoch`. */
  connect(page: PageConnection, received: { epoch: string | null; seq: number }): void;
  disconnect(page: PageConnection): void;
  /** Resolves after a while without events, or when that takes too long. */
  waitUntilQuiet(limits?: { restMs?: number; mostMs?: number }): Promise<void>;
  close(): void;
}

export function createBroadcaster({
  recentMax = 20_000,
  frameMs = 100,
  ...storeOptions
}: BroadcasterOptions = {}): Broadcaster {
  const store = createInspectorStore(storeOptions);
  const recent = createRecentEvents(recentMax);
  const listeners = new Set<(items: readonly InspectorEvent[]) => void>();
  const pages = createConnectedPages({ store, recent, frameMs });
  const epoch = randomUUID();
  return {
    store,
    epoch,
    get pages() {
      return pages.count();
    },
    add(items) {
      if (items.length === 0) return;
      store.add(items);
      recent.add(items);
      for (const listener of listeners) listener(items);
      pages.scheduleSend();
    },
    subscribe(listener) {
      listener([...store.events()]);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setError: pages.setError,
    connect(page, received) {
      const { lastSeq, droppedSeq } = recent;
      const continues = received.epoch === epoch && received.seq <= lastSeq && received.seq >= droppedSeq;
      pages.connect(page, continues ? received.seq : null);
    },
    disconnect: pages.disconnect,
    async waitUntilQuiet({ restMs = 500, mostMs = 10_000 } = {}) {
      const end = performance.now() + mostMs;
      let seen = -1;
      while (seen !== recent.lastSeq && performance.now() < end) {
        seen = recent.lastSeq;
        await new Promise(awake => setTimeout(awake, restMs));
      }
    },
    close() {
      pages.close();
      listeners.clear();
    },
  };
}

interface EventSources {
  store: InspectorStore;
  recent: RecentEvents;
}

/** The connected pages, and the timer that sends them what they miss. */
function createConnectedPages({ store, recent, frameMs }: EventSources & { frameMs: number }) {
  const readers = new Map<PageConnection, ConnectedPage>();
  let timer: NodeJS.Timeout | null = null;
  let error: string | null = null;
  const scheduleSend = () => {
    if (timer !== null || readers.size === 0) return;
    timer = setTimeout(() => {
      timer = null;
      send();
    }, frameMs);
    timer.unref();
  };
  const send = () => {
    let isBehind = false;
    for (const reader of readers.values()) {
      while (reader.page.waiting() < waitingBytesMax && sendFrame(reader, { store, recent }));
      isBehind ||= reader.backlog !== null || reader.seq < recent.lastSeq;
    }
    if (isBehind) scheduleSend();
  };
  return {
    count: () => readers.size,
    scheduleSend,
    setError(message: string | null) {
      if (message === error) return;
      error = message;
      for (const page of readers.keys()) page.send({ type: 'trouble', message });
    },
    /** @param seq the last event that the page has received; null sends it everything */
    connect(page: PageConnection, seq: number | null) {
      const backlog = seq === null ? backlogOf({ store, recent }) : null;
      readers.set(page, { page, seq: seq ?? 0, backlog });
      if (error !== null) page.send({ type: 'trouble', message: error });
      send();
    },
    disconnect(page: PageConnection) {
      readers.delete(page);
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      readers.clear();
    },
  };
}

function backlogOf({ store, recent }: EventSources): ConnectedPage['backlog'] {
  return { items: [{ type: 'forget', what: 'all' }, ...store.events()], at: 0, seq: recent.lastSeq };
}

/** Sends one frame; false when there is nothing to send. */
function sendFrame(reader: ConnectedPage, sources: EventSources): boolean {
  const { page, backlog } = reader;
  const { recent } = sources;
  if (backlog !== null) {
    const items = backlog.items.slice(backlog.at, backlog.at + frameItems);
    backlog.at += items.length;
    if (backlog.at >= backlog.items.length) {
      reader.backlog = null;
      reader.seq = backlog.seq;
    }
    page.send({ type: 'items', seq: reader.seq, items });
    return true;
  }
  if (reader.seq === recent.lastSeq) return false;
  if (reader.seq < recent.droppedSeq) {
    reader.backlog = backlogOf(sources);
    return true;
  }
  const items = recent.after(reader.seq, frameItems);
  reader.seq += items.length;
  page.send({ type: 'items', seq: reader.seq, items: [...items] });
  return true;
}
