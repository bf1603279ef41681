import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { waitUntilOwnerIdle } from '../../src/host/wait-until-idle.ts';
import { createClientFixture } from './client-fixture.ts';

describe('an idle owner', () => {
  test('waits while clients come and go, and keeps one listener on its signal', async () => {
    await using home = createClientFixture();
    const { troupe } = await home.openClient();
    const stop = new AbortController();
    const counts: number[] = [];
    let visits = 0;
    const serving = {
      // A client is connected at every other check.
      clients: () => visits % 2,
      async change() {
        visits += 1;
        counts.push(getEventListeners(stop.signal, 'abort').length);
        if (visits > 40) stop.abort();
      },
    };
    await waitUntilOwnerIdle({ troupe, serving, idleMs: 60_000, signal: stop.signal });
    expect(visits).toBeGreaterThan(40);
    expect(Math.max(...counts)).toBeLessThanOrEqual(1);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  test('ends after the given time without clients, or at once when aborted', async () => {
    await using home = createClientFixture();
    const { troupe } = await home.openClient();
    const serving = { clients: () => 0, change: () => new Promise<void>(() => {}) };
    await waitUntilOwnerIdle({ troupe, serving, idleMs: 1, signal: new AbortController().signal });
    const stop = new AbortController();
    const waiting = waitUntilOwnerIdle({ troupe, serving, idleMs: 60_000, signal: stop.signal });
    stop.abort();
    await waiting;
  });
});
