import { describe, expect, test } from 'vitest';
import type { PlanEvent } from '../../src/model/event.ts';
import { feed } from '../../src/runtime/feed.ts';

const event = (seq: string): PlanEvent => ({ type: 'plan.cancelled', planId: 'p', reason: '', seq, at: '' });

describe('the live feed', () => {
  test('gives every reader every event exactly once, in order [R44]', () => {
    const live = feed();
    const readers = [live.read(), live.read()];
    live.publish([event('1'), event('2')]);
    live.publish([event('3')]);
    for (const reader of readers) {
      const seen = [reader.take(), reader.take(), reader.take(), reader.take()];
      expect(seen.map(taken => taken?.seq)).toEqual(['1', '2', '3', undefined]);
    }
  });

  test('wakes a reader that waits, by an event or a nudge', async () => {
    const live = feed();
    const reader = live.read({ follow: 'p' });
    const first = reader.news();
    live.publish([event('1')]);
    expect(await first).toBe(true);
    const second = reader.news();
    expect(reader.nudged()).toBe(false);
    live.nudge('p');
    expect(await second).toBe(true);
    expect([reader.nudged(), reader.nudged()]).toEqual([true, false]);
    expect(reader.take()?.seq).toBe('1');
  });

  test('does not let news pass that came before the question', async () => {
    const live = feed();
    const reader = live.read({ follow: 'p' });
    live.nudge('p');
    expect(await reader.news()).toBe(true);
  });

  test('is over at once for a reader that comes after its end [R190]', async () => {
    const live = feed();
    live.end();
    expect(await live.read({ follow: 'p' }).news()).toBe(false);
  });

  test('leaves those asleep who follow another plan than the one that is nudged', async () => {
    const live = feed();
    const [other, all] = [live.read({ follow: 'q' }), live.read()];
    live.nudge('p');
    live.end();
    expect(await Promise.all([other.news(), all.news()])).toEqual([false, false]);
    expect(other.nudged()).toBe(false);
  });

  test('is over for a reader that stops, whose signal aborts, or when the feed ends', async () => {
    const live = feed();
    const stop = new AbortController();
    const [stopped, aborted, ended] = [live.read(), live.read({ signal: stop.signal }), live.read()];
    const waiting = [stopped.news(), aborted.news(), ended.news()];
    stopped.stop();
    stop.abort();
    live.end();
    expect(await Promise.all(waiting)).toEqual([false, false, false]);
    live.publish([event('1')]);
    expect(ended.take()).toBeUndefined();
    expect(await live.read({ signal: stop.signal }).news()).toBe(false);
  });
});
