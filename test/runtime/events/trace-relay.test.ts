import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../src/model/redactor.ts';
import { createTraceRelay } from '../../../src/runtime/events/trace-relay.ts';
import { collectListenerWarnings } from '../../listener-warnings.ts';
import { createTestProject } from '../test-project.ts';

describe('a Troupe', () => {
  test('streams the traces of its actors without the secrets they hold', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const { troupe, run } = await createTestProject();
    const stop = new AbortController();
    const traces = troupe.traces({ signal: stop.signal })[Symbol.asyncIterator]();
    // Traces begin with the first call of `next`.
    let next = traces.next();
    const { plan } = await run(() => {}, { description: `use ${token}` });
    const seen: unknown[] = [];
    for (;;) {
      const { value, done } = await next;
      if (done === true) break;
      next = traces.next();
      seen.push(...value.traces);
      if (JSON.stringify(value).includes('"complete"')) stop.abort();
    }
    const text = JSON.stringify(seen);
    expect(text).toContain(plan.id);
    expect(text).toContain('[GitHub token]');
    expect(text).not.toContain(token);
  });
});

describe('a trace relay', () => {
  test('adds few listeners to one signal, however many observers wait [R328]', async () => {
    const warnings = collectListenerWarnings();
    const relay = createTraceRelay(createRedactor());
    const waiting = Array.from({ length: 12 }, () => relay.traces()[Symbol.asyncIterator]().next());
    relay.close();
    expect((await Promise.all(waiting)).every(({ done }) => done)).toBe(true);
    expect(await warnings.stop()).toEqual([]);
  });

  test('ends for observers that wait for an actor that never starts', async () => {
    const looking = createTraceRelay(createRedactor());
    const waits = looking.traces()[Symbol.asyncIterator]().next();
    looking.close();
    expect((await waits).done).toBe(true);
    expect((await looking.traces()[Symbol.asyncIterator]().next()).done).toBe(true);
    const stop = new AbortController();
    stop.abort();
    expect(
      (await createTraceRelay(createRedactor()).traces({ signal: stop.signal })[Symbol.asyncIterator]().next()).done,
    ).toBe(true);
  });
});
