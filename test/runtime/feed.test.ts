import { describe, expect, test } from 'vitest';
import type { PlanEvent } from '../../src/model/event.ts';
import { feed } from '../../src/runtime/feed.ts';

const event = (seq: string): PlanEvent => ({ type: 'plan.cancelled', planId: 'p', reason: '', seq, at: '' });

describe('the live feed', () => {
  test('gives every reader every event exactly once, in order [R44]', async () => {
    const live = feed();
    const readers = [live.read(), live.read()];
    live.publish([event('1'), event('2')]);
    live.publish([event('3')]);
    live.end();
    for (const reader of readers) {
      const seen: string[] = [];
      for (let next = await reader.next(); next; next = await reader.next()) seen.push(next.seq);
      expect(seen).toEqual(['1', '2', '3']);
    }
  });

  test('wakes a reader that waits, and ends it when its signal aborts', async () => {
    const live = feed();
    const stop = new AbortController();
    const reader = live.read({ signal: stop.signal });
    const first = reader.next();
    live.publish([event('1')]);
    expect((await first)?.seq).toBe('1');
    const second = reader.next();
    stop.abort();
    expect(await second).toBeNull();
    live.publish([event('2')]);
    expect(reader.size).toBe(0);
  });

  test('gives nothing to a reader whose signal had aborted before', async () => {
    expect(await feed().read({ signal: AbortSignal.abort() }).next()).toBeNull();
  });
});
