import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Book } from '../../../src/inspector/book/book.ts';
import type { Item } from '../../../src/inspector/book/item.ts';
import type { ServerMessage } from '../../../src/inspector/book/telling.ts';
import { Hub } from '../../../src/inspector/server/hub.ts';
import { born, received } from '../items.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A page that can be slow. */
function reader() {
  const heard: ServerMessage[] = [];
  const page = {
    isSlow: false,
    send: (message: ServerMessage) => heard.push(message),
    waiting: () => (page.isSlow ? 1e9 : 0),
  };
  const frames = () => heard.flatMap(message => (message.type === 'items' ? [message] : []));
  const items = () => frames().flatMap(({ items }) => items);
  return { page, heard, frames, items, seq: () => frames().at(-1)?.seq ?? 0 };
}

const numbered = (from: number, to: number): Item[] =>
  Array.from({ length: to - from }, (_, index) => received('1', { at: from + index }));
const places = (items: readonly Item[]) => items.flatMap(item => (item.type === 'received' ? [item.at] : []));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const fresh = { epoch: null, seq: 0 };

describe('the hub', () => {
  test('tells who comes late what there is, then what follows, each once and in order', () => {
    const hub = new Hub();
    hub.add([born('1'), ...numbered(0, 1_200)]);
    const { page, items, frames } = reader();
    hub.enter(page, fresh);
    hub.add(numbered(1_200, 1_300));
    vi.advanceTimersByTime(100);
    expect(items()[0]).toEqual({ type: 'forget', what: 'all' });
    expect(places(items())).toEqual(range(0, 1_300));
    expect(frames().every(({ items }) => items.length <= 500)).toBe(true);
  });

  test('tells at most ten times a second', () => {
    const hub = new Hub();
    const { page, frames } = reader();
    hub.enter(page, fresh);
    const before = frames().length;
    for (let at = 0; at < 50; at++) hub.add(numbered(at, at + 1));
    expect(frames()).toHaveLength(before);
    vi.advanceTimersByTime(100);
    expect(frames()).toHaveLength(before + 1);
  });

  test('goes on where a page was that comes back, and begins again with one that missed too much or heard another', () => {
    const hub = new Hub({ recentMax: 100 });
    hub.add(numbered(0, 50));
    const first = reader();
    hub.enter(first.page, fresh);
    hub.leave(first.page);
    hub.add(numbered(50, 60));
    const again = reader();
    hub.enter(again.page, { epoch: hub.epoch, seq: first.seq() });
    expect(places(again.items())).toEqual(range(50, 60));
    hub.leave(again.page);
    hub.add(numbered(60, 700));
    for (const { epoch, seq } of [
      { epoch: hub.epoch, seq: again.seq() },
      { epoch: 'another', seq: 700 },
      { epoch: hub.epoch, seq: 9_999 },
    ]) {
      const late = reader();
      hub.enter(late.page, { epoch, seq });
      expect(places(late.items())).toEqual(range(0, 700));
      hub.leave(late.page);
    }
  });

  test('does not wait for a page that reads slowly, which gets the book again when it missed too much', () => {
    const hub = new Hub({ recentMax: 100 });
    const slow = reader();
    const quick = reader();
    hub.enter(slow.page, fresh);
    hub.enter(quick.page, fresh);
    slow.page.isSlow = true;
    for (let at = 0; at < 1_000; at += 10) {
      hub.add(numbered(at, at + 10));
      vi.advanceTimersByTime(100);
    }
    expect(places(quick.items())).toEqual(range(0, 1_000));
    slow.page.isSlow = false;
    vi.advanceTimersByTime(200);
    const book = new Book();
    book.add(slow.items());
    expect(places(book.log)).toEqual(range(0, 1_000));
  });

  test('says when what is looked at cannot be reached, to those that come meanwhile too', () => {
    const hub = new Hub();
    const { page, heard } = reader();
    hub.enter(page, fresh);
    hub.trouble('gone');
    hub.trouble('gone');
    const late = reader();
    hub.enter(late.page, fresh);
    hub.trouble(null);
    const trouble = { type: 'trouble', message: 'gone' };
    const well = { type: 'trouble', message: null };
    expect(heard.filter(({ type }) => type === 'trouble')).toEqual([trouble, well]);
    expect(late.heard.filter(({ type }) => type === 'trouble')).toEqual([trouble, well]);
  });

  test('tells listeners everything, and nobody once it is closed', () => {
    const hub = new Hub();
    hub.add(numbered(0, 2));
    const heard: Item[] = [];
    const stop = hub.listen(items => heard.push(...items));
    hub.add(numbered(2, 3));
    hub.add([]);
    stop();
    hub.add(numbered(3, 4));
    expect(places(heard)).toEqual([0, 1, 2]);
    const { page, frames } = reader();
    hub.enter(page, fresh);
    hub.add(numbered(4, 5));
    const before = frames().length;
    hub.close();
    vi.advanceTimersByTime(1_000);
    expect(frames()).toHaveLength(before);
    expect(hub.pages).toBe(0);
  });

  test('is quiet once nothing more came, and is not waited for without end', async () => {
    const hub = new Hub();
    let isQuiet = false;
    const quiet = hub.quiet().then(() => {
      isQuiet = true;
    });
    for (let at = 0; at < 4; at++) {
      hub.add(numbered(at, at + 1));
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(isQuiet).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    await quiet;
    const busy = new Hub();
    const enough = busy.quiet({ mostMs: 0 });
    await enough;
  });
});
