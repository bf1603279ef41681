/**
 * The book, and the pages that read along.
 * - H1 each page hears every item once and in order: from the book when it comes late, then what follows;
 * - H2 at most ten times a second, in frames of bounded size;
 * - H3 a page that reads slowly holds up nobody: what it missed for too long it gets from the book again.
 */
import { randomUUID } from 'node:crypto';
import { Book, type BookOptions } from '../book/book.ts';
import type { Item } from '../book/item.ts';
import type { ServerMessage } from '../book/telling.ts';

export interface Page {
  send(message: ServerMessage): void;
  /** Bytes that were sent and are not on their way yet. */
  waiting(): number;
}

export interface HubOptions extends BookOptions {
  /** Items that are kept for pages whose connection breaks. @default 20000 */
  recentMax?: number;
  /** @default 100 */
  frameMs?: number;
}

interface Reader {
  page: Page;
  /** The last item it was sent. */
  seq: number;
  /** What is still to be sent of the book; null once it reads along. */
  backlog: { items: Item[]; at: number; seq: number } | null;
}

const frameItems = 500;
const waitingBytesMax = 4 * 1024 ** 2;

export class Hub {
  readonly book: Book;
  readonly epoch = randomUUID();
  readonly #readers = new Map<Page, Reader>();
  readonly #recentMax: number;
  readonly #frameMs: number;
  readonly #listeners = new Set<(items: readonly Item[]) => void>();
  #recent: Item[] = [];
  #seq = 0;
  #timer: NodeJS.Timeout | null = null;
  #trouble: string | null = null;

  constructor({ recentMax = 20_000, frameMs = 100, ...book }: HubOptions = {}) {
    this.book = new Book(book);
    this.#recentMax = recentMax;
    this.#frameMs = frameMs;
  }

  get pages(): number {
    return this.#readers.size;
  }

  add(items: readonly Item[]): void {
    if (items.length === 0) return;
    this.book.add(items);
    this.#recent.push(...items);
    this.#seq += items.length;
    if (this.#recent.length > 2 * this.#recentMax) this.#recent = this.#recent.slice(-this.#recentMax);
    for (const tell of this.#listeners) tell(items);
    this.#soon();
  }

  /** Calls back with all there is, then with every item as it comes; the returned function ends it. */
  listen(tell: (items: readonly Item[]) => void): () => void {
    tell([...this.book.items()]);
    this.#listeners.add(tell);
    return () => this.#listeners.delete(tell);
  }

  /** What is looked at cannot be reached, or can again. */
  trouble(message: string | null): void {
    if (message === this.#trouble) return;
    this.#trouble = message;
    for (const page of this.#readers.keys()) page.send({ type: 'trouble', message });
  }

  /** A page that has heard everything up to `seq` of `epoch`. */
  enter(page: Page, { epoch, seq }: { epoch: string | null; seq: number }): void {
    const goesOn = epoch === this.epoch && seq <= this.#seq && seq >= this.#firstRecent;
    this.#readers.set(page, { page, seq: goesOn ? seq : 0, backlog: goesOn ? null : this.#backlog() });
    if (this.#trouble !== null) page.send({ type: 'trouble', message: this.#trouble });
    this.#send();
  }

  leave(page: Page): void {
    this.#readers.delete(page);
  }

  /** Resolves once nothing was added for a while, or when that has taken too long. */
  async quiet({ restMs = 500, mostMs = 10_000 } = {}): Promise<void> {
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

  /** Number of the last item that is no longer among the recent ones. */
  get #firstRecent(): number {
    return this.#seq - this.#recent.length;
  }

  #backlog(): Reader['backlog'] {
    return { items: [{ type: 'forget', what: 'all' }, ...this.book.items()], at: 0, seq: this.#seq };
  }

  #soon(): void {
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
    if (isBehind) this.#soon();
  }

  /** Sends one frame; false when there is nothing to send. */
  #sendFrame(reader: Reader): boolean {
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
