import { describe, expect, test } from 'vitest';
import { redactorOf } from '../../src/model/redactor.ts';
import { lookout } from '../../src/runtime/lookout.ts';
import { playhouse } from './playhouse.ts';

describe('a Troupe', () => {
  test('shows what its actors do, without the secrets they hold', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const { troupe, run } = await playhouse();
    const stop = new AbortController();
    const traces = troupe.traces({ signal: stop.signal })[Symbol.asyncIterator]();
    const { plan } = await run(() => {}, { description: `use ${token}` });
    const seen: unknown[] = [];
    for (;;) {
      const { value, done } = await traces.next();
      if (done === true) break;
      seen.push(...value.traces);
      if (JSON.stringify(value).includes('"complete"')) stop.abort();
    }
    const text = JSON.stringify(seen);
    expect(text).toContain(plan.id);
    expect(text).toContain('[GitHub token]');
    expect(text).not.toContain(token);
  });
});

describe('a lookout', () => {
  test('ends for those who wait for actors that never came', async () => {
    const looking = lookout(redactorOf());
    const waits = looking.traces()[Symbol.asyncIterator]().next();
    looking.end();
    expect((await waits).done).toBe(true);
    expect((await looking.traces()[Symbol.asyncIterator]().next()).done).toBe(true);
    const stop = new AbortController();
    stop.abort();
    expect((await lookout(redactorOf()).traces({ signal: stop.signal })[Symbol.asyncIterator]().next()).done).toBe(
      true,
    );
  });
});
