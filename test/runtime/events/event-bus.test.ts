import { describe, expect, test } from 'vitest';
import type { PlanEvent } from '../../../src/model/event.ts';
import { createEventBus } from '../../../src/runtime/events/event-bus.ts';

const event = (seq: string): PlanEvent => ({ type: 'plan.cancelled', planId: 'p', reason: '', seq, at: '' });

describe('the event bus', () => {
  test('delivers every event to every reader exactly once, in order [R44]', () => {
    const live = createEventBus();
    const readers = [live.openReader(), live.openReader()];
    live.publish([event('1'), event('2')]);
    live.publish([event('3')]);
    for (const reader of readers) {
      const seen = [reader.poll(), reader.poll(), reader.poll(), reader.poll()];
      expect(seen.map(taken => taken?.seq)).toEqual(['1', '2', '3', undefined]);
    }
  });

  test('wakes a waiting reader on an event or a notification', async () => {
    const live = createEventBus();
    const reader = live.openReader({ follow: 'p' });
    const first = reader.waitForEvents();
    live.publish([event('1')]);
    expect(await first).toBe(true);
    const second = reader.waitForEvents();
    expect(reader.takeIdleNotice()).toBe(false);
    live.notifyIdle('p');
    expect(await second).toBe(true);
    expect([reader.takeIdleNotice(), reader.takeIdleNotice()]).toEqual([true, false]);
    expect(reader.poll()?.seq).toBe('1');
  });

  test('keeps a notification that arrives before the reader waits', async () => {
    const live = createEventBus();
    const reader = live.openReader({ follow: 'p' });
    live.notifyIdle('p');
    expect(await reader.waitForEvents()).toBe(true);
  });

  test('ends at once for a reader that is opened after the bus was closed [R190]', async () => {
    const live = createEventBus();
    live.close();
    expect(await live.openReader({ follow: 'p' }).waitForEvents()).toBe(false);
  });

  test('does not wake readers of another plan than the notified one', async () => {
    const live = createEventBus();
    const [other, all] = [live.openReader({ follow: 'q' }), live.openReader()];
    live.notifyIdle('p');
    live.close();
    expect(await Promise.all([other.waitForEvents(), all.waitForEvents()])).toEqual([false, false]);
    expect(other.takeIdleNotice()).toBe(false);
  });

  test('ends for a reader that stops, whose signal aborts, or when the bus is closed', async () => {
    const live = createEventBus();
    const stop = new AbortController();
    const [stopped, aborted, ended] = [live.openReader(), live.openReader({ signal: stop.signal }), live.openReader()];
    const waiting = [stopped.waitForEvents(), aborted.waitForEvents(), ended.waitForEvents()];
    stopped.close();
    stop.abort();
    live.close();
    expect(await Promise.all(waiting)).toEqual([false, false, false]);
    live.publish([event('1')]);
    expect(ended.poll()).toBeUndefined();
    expect(await live.openReader({ signal: stop.signal }).waitForEvents()).toBe(false);
  });
});
