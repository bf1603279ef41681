import { describe, expect, test } from 'vitest';
import type { PlanEvent } from '../../../src/model/event.ts';
import { createEventBus } from '../../../src/runtime/events/event-bus.ts';

const event = (seq: string): PlanEvent => ({ type: 'plan.cancelled', planId: 'p', reason: '', seq, at: '' });

describe('the live feed', () => {
  test('gives every reader every event exactly once, in order [R44]', () => {
    const live = createEventBus();
    const readers = [live.openReader(), live.openReader()];
    live.publish([event('1'), event('2')]);
    live.publish([event('3')]);
    for (const reader of readers) {
      const seen = [reader.poll(), reader.poll(), reader.poll(), reader.poll()];
      expect(seen.map(taken => taken?.seq)).toEqual(['1', '2', '3', undefined]);
    }
  });

  test('wakes a reader that waits, by an event or a nudge', async () => {
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

  test('does not let news pass that came before the question', async () => {
    const live = createEventBus();
    const reader = live.openReader({ follow: 'p' });
    live.notifyIdle('p');
    expect(await reader.waitForEvents()).toBe(true);
  });

  test('is over at once for a reader that comes after its end [R190]', async () => {
    const live = createEventBus();
    live.close();
    expect(await live.openReader({ follow: 'p' }).waitForEvents()).toBe(false);
  });

  test('leaves those asleep who follow another plan than the one that is nudged', async () => {
    const live = createEventBus();
    const [other, all] = [live.openReader({ follow: 'q' }), live.openReader()];
    live.notifyIdle('p');
    live.close();
    expect(await Promise.all([other.waitForEvents(), all.waitForEvents()])).toEqual([false, false]);
    expect(other.takeIdleNotice()).toBe(false);
  });

  test('is over for a reader that stops, whose signal aborts, or when the feed ends', async () => {
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
