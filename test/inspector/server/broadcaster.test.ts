import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBroadcaster } from '../../../src/inspector/server/broadcaster.ts';
import type { InspectorEvent } from '../../../src/inspector/state/events.ts';
import type { ServerMessage } from '../../../src/inspector/state/protocol.ts';
import { createInspectorStore } from '../../../src/inspector/state/store.ts';
import { actorStarted, messageReceived } from '../sample-events.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A page that can be slow. */
function reader() {
  const received: ServerMessage[] = [];
  const page = {
    isSlow: false,
    send: (message: ServerMessage) => received.push(message),
    waiting: () => (page.isSlow ? 1e9 : 0),
  };
  const frames = () => received.flatMap(message => (message.type === 'items' ? [message] : []));
  const items = () => frames().flatMap(({ items }) => items);
  return { page, received, frames, items, seq: () => frames().at(-1)?.seq ?? 0 };
}

const numbered = (from: number, to: number): InspectorEvent[] =>
  Array.from({ length: to - from }, (_, index) => messageReceived('1', { at: from + index }));
const places = (items: readonly InspectorEvent[]) => items.flatMap(item => (item.type === 'received' ? [item.at] : []));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const fresh = { epoch: null, seq: 0 };

describe('the broadcaster', () => {
  test('sends a late page the existing events, then new ones, each once and in order', () => {
    const broadcaster = createBroadcaster();
    broadcaster.add([actorStarted('1'), ...numbered(0, 1_200)]);
    const { page, items, frames } = reader();
    broadcaster.connect(page, fresh);
    broadcaster.add(numbered(1_200, 1_300));
    vi.advanceTimersByTime(100);
    expect(items()[0]).toEqual({ type: 'forget', what: 'all' });
    expect(places(items())).toEqual(range(0, 1_300));
    expect(frames().every(({ items }) => items.length <= 500)).toBe(true);
  });

  test('sends at most ten times per second', () => {
    const broadcaster = createBroadcaster();
    const { page, frames } = reader();
    broadcaster.connect(page, fresh);
    const before = frames().length;
    for (let at = 0; at < 50; at++) broadcaster.add(numbered(at, at + 1));
    expect(frames()).toHaveLength(before);
    vi.advanceTimersByTime(100);
    expect(frames()).toHaveLength(before + 1);
  });

  test('continues where a returning page stopped, and starts again with one that missed too much or saw another run', () => {
    const broadcaster = createBroadcaster({ recentMax: 100 });
    broadcaster.add(numbered(0, 50));
    const first = reader();
    broadcaster.connect(first.page, fresh);
    broadcaster.disconnect(first.page);
    broadcaster.add(numbered(50, 60));
    const again = reader();
    broadcaster.connect(again.page, { epoch: broadcaster.epoch, seq: first.seq() });
    expect(places(again.items())).toEqual(range(50, 60));
    broadcaster.disconnect(again.page);
    broadcaster.add(numbered(60, 700));
    for (const { epoch, seq } of [
      { epoch: broadcaster.epoch, seq: again.seq() },
      { epoch: 'another', seq: 700 },
      { epoch: broadcaster.epoch, seq: 9_999 },
    ]) {
      const late = reader();
      broadcaster.connect(late.page, { epoch, seq });
      expect(places(late.items())).toEqual(range(0, 700));
      broadcaster.disconnect(late.page);
    }
  });

  test('does not wait for a slow page, which gets the store again when it missed too much', () => {
    const broadcaster = createBroadcaster({ recentMax: 100 });
    const slow = reader();
    const quick = reader();
    broadcaster.connect(slow.page, fresh);
    broadcaster.connect(quick.page, fresh);
    slow.page.isSlow = true;
    for (let at = 0; at < 1_000; at += 10) {
      broadcaster.add(numbered(at, at + 10));
      vi.advanceTimersByTime(100);
    }
    expect(places(quick.items())).toEqual(range(0, 1_000));
    slow.page.isSlow = false;
    vi.advanceTimersByTime(200);
    const store = createInspectorStore();
    store.add(slow.items());
    expect(places(store.log)).toEqual(range(0, 1_000));
  });

  test('reports that the source cannot be reached, to later pages too', () => {
    const broadcaster = createBroadcaster();
    const { page, received } = reader();
    broadcaster.connect(page, fresh);
    broadcaster.setError('stopped');
    broadcaster.setError('stopped');
    const late = reader();
    broadcaster.connect(late.page, fresh);
    broadcaster.setError(null);
    const trouble = { type: 'trouble', message: 'stopped' };
    const well = { type: 'trouble', message: null };
    expect(received.filter(({ type }) => type === 'trouble')).toEqual([trouble, well]);
    expect(late.received.filter(({ type }) => type === 'trouble')).toEqual([trouble, well]);
  });

  test('passes all events to listeners until it is closed', () => {
    const broadcaster = createBroadcaster();
    broadcaster.add(numbered(0, 2));
    const received: InspectorEvent[] = [];
    const stop = broadcaster.subscribe(items => received.push(...items));
    broadcaster.add(numbered(2, 3));
    broadcaster.add([]);
    stop();
    broadcaster.add(numbered(3, 4));
    expect(places(received)).toEqual([0, 1, 2]);
    const { page, frames } = reader();
    broadcaster.connect(page, fresh);
    broadcaster.add(numbered(4, 5));
    const before = frames().length;
    broadcaster.close();
    vi.advanceTimersByTime(1_000);
    expect(frames()).toHaveLength(before);
    expect(broadcaster.pages).toBe(0);
  });

  test('is quiet once no more events come, and is not waited for without end', async () => {
    const broadcaster = createBroadcaster();
    let isQuiet = false;
    const quiet = broadcaster.waitUntilQuiet().then(() => {
      isQuiet = true;
    });
    for (let at = 0; at < 4; at++) {
      broadcaster.add(numbered(at, at + 1));
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(isQuiet).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    await quiet;
    const busy = createBroadcaster();
    const enough = busy.waitUntilQuiet({ mostMs: 0 });
    await enough;
  });
});
