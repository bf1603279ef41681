/**
 * Sends the events of the store to the connected pages.
 * - H1 each page receives every event once and in order: from the store when it connects late, then live;
 * - H2 at most ten times per second, in frames of bounded size;
 * - H3 a slow page blocks no other: it gets what it missed for too long from the store.
 */
import { randomUUID } from 'node:crypto';
import type { InspectorEvent } from '../state/events.ts';
import type { ServerMessage } from '../state/protocol.ts';
import { InspectorStore, type InspectorStoreOptions } from '../state/store.ts';

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

export class Broadcaster {
  readonly store: InspectorStore;
  readonly epoch = randomUUID();
  readonly #readers = new Map<PageConnection, ConnectedPage>();
  readonly #recentMax: number;
  readonly #frameMs: number;
  readonly #listeners = new Set<(items: readonly InspectorEvent[]) => void>();
  #recent: InspectorEvent[] = [];
  #seq = 0;
  #timer: NodeJS.Timeout | null = null;
  #error: string | null = null;

  constructor({ recentMax = 20_000, frameMs = 100, ...store }: BroadcasterOptions = {}) {
    this.store = new InspectorStore(store);
    this.#recentMax = recentMax;
    this.#frameMs = frameMs;
  }

  get pages(): number {
    return this.#readers.size;
  }

  add(items: readonly InspectorEvent[]): void {
    if (items.length === 0) return;
    this.store.add(items);
    this.#recent.push(...items);
    this.#seq += items.length;
    if (this.#recent.length > 2 * this.#recentMax) this.#recent = this.#recent.slice(-this.#recentMax);
    for (const listener of this.#listeners) listener(items);
    this.#scheduleSend();
  }

  /** Calls back with all existing events, then with each new one; the returned function unsubscribes. */
  subscribe(listener: (items: readonly InspectorEvent[]) => void): () => void {
    listener([...this.store.events()]);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reports that the source cannot be reached, or null when it can again. */
  setError(message: string | null): void {
    if (message === this.#error) return;
    this.#error = message;
    for (const page of this.#readers.keys()) page.send({ type: 'trouble', message });
  }

  /** Connects a page that has received everything up to `seq` of `epoch`. */
  connect(page: PageConnection, { epoch, seq }: { epoch: string | null; seq: number }): void {
    const continues = epoch === this.epoch && seq <= this.#seq && seq >= this.#firstRecent;
    this.#readers.set(page, { page, seq: continues ? seq : 0, backlog: continues ? null : this.#backlog() });
    if (this.#error !== null) page.send({ type: 'trouble', message: this.#error });
    this.#send();
  }

  disconnect(page: PageConnection): void {
    this.#readers.delete(page);
  }

  /** Resolves after a while without events, or when that takes too long. */
  async waitUntilQuiet({ restMs = 500, mostMs = 10_000 } = {}): Promise<void> {
    const end = performance.now() + mostMs;
    let seen = -1;
    while (seen !== this.#seq && performance.now() < end) {
      seen = this.#seq;
      await new Promise(awake => setTimeout(awake, restMs));
    }
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#readers.clear();
    this.#listeners.clear();
  }

  /** Number of the last event that is no longer kept. */
  get #firstRecent(): number {
    return this.#seq - this.#recent.length;
  }

  #backlog(): ConnectedPage['backlog'] {
    return { items: [{ type: 'forget', what: 'all' }, ...this.store.events()], at: 0, seq: this.#seq };
  }

  #scheduleSend(): void {
    if (this.#timer !== null || this.#readers.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#send();
    }, this.#frameMs);
    this.#timer.unref();
  }

  #send(): void {
    let isBehind = false;
    for (const reader of this.#readers.values()) {
      while (reader.page.waiting() < waitingBytesMax && this.#sendFrame(reader));
      isBehind ||= reader.backlog !== null || reader.seq < this.#seq;
    }
    if (isBehind) this.#scheduleSend();
  }

  /** Sends one frame; false when there is nothing to send. */
  #sendFrame(reader: ConnectedPage): boolean {
    const { page, backlog } = reader;
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
    if (reader.seq === this.#seq) return false;
    if (reader.seq < this.#firstRecent) {
      reader.backlog = this.#backlog();
      return true;
    }
    const start = reader.seq - this.#firstRecent;
    const items = this.#recent.slice(start, start + frameItems);
    reader.seq += items.length;
    page.send({ type: 'items', seq: reader.seq, items });
    return true;
  }
}
