import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import type { Budget } from '../../../src/model/budget.ts';
import type { TroupeError } from '../../../src/model/errors.ts';
import { openBudgetTracker } from '../../../src/runtime/budget/budget-tracker.ts';
import { sampleSpec, ulidOf } from '../../machines/fixtures.ts';

async function openTracker(budget: Budget = { seconds: 60 }) {
  const clock = manualClock();
  const inner = await memoryStore()();
  let reads = 0;
  const store = {
    ...{ entries: inner.entries.bind(inner), batch: inner.batch.bind(inner), close: inner.close.bind(inner) },
    get: (key: string) => {
      reads += 1;
      return inner.get(key);
    },
  };
  const stopped: TroupeError[] = [];
  const opened = openBudgetTracker(store, clock);
  const spec = sampleSpec({ planId: ulidOf('P'), budget });
  return { clock, stopped, reads: () => reads, open: () => opened.open(spec, error => stopped.push(error)) };
}

describe('A budget of seconds', () => {
  test('is not used while the plan waits for a person, and is while the agent runs [R132]', async () => {
    const { clock, stopped, open } = await openTracker();
    const account = await open();
    clock.advance(40_000);
    const goOn = account.pauseClock();
    clock.advance(86_400_000);
    expect(stopped).toEqual([]);
    goOn();
    clock.advance(19_999);
    expect(stopped).toEqual([]);
    clock.advance(1);
    expect(stopped.map(({ code }) => code)).toEqual(['BUDGET_EXHAUSTED']);
    expect(account.close()).toBe(60);
  });

  test('is used by one agent while another waits', async () => {
    const { clock, stopped, open } = await openTracker();
    const [waiting, working] = [await open(), await open()];
    waiting.pauseClock();
    clock.advance(50_000);
    expect([waiting.close(), working.close()]).toEqual([0, 50]);
    const after = await open();
    clock.advance(9_999);
    expect(stopped).toEqual([]);
    clock.advance(1);
    expect([stopped.length, after.close()]).toEqual([1, 10]);
  });

  test('is read from the store once, also by concurrent readers', async () => {
    const { clock, reads, open } = await openTracker();
    const [one, other] = await Promise.all([open(), open()]);
    clock.advance(30_000);
    expect([one.close(), other.close(), reads()]).toEqual([30, 30, 2]);
    await expect(open()).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' });
    expect(reads()).toBe(2);
  });
});

describe('A budget of tool calls', () => {
  test('counts running calls, and no refused ones [R132]', async () => {
    const { open } = await openTracker({ toolCalls: 2 });
    const [one, other, third] = [await open(), await open(), await open()];
    expect([one.call(), other.call()]).toEqual([null, null]);
    for (const refused of [third.call(), third.call()]) {
      expect(refused).toMatchObject({ code: 'BUDGET_EXHAUSTED', message: expect.stringContaining('(2)') });
    }
    one.called(true);
    other.called(false);
    expect(third.call()).toBeNull();
    third.called(true);
    expect(other.call()).toMatchObject({ message: expect.stringContaining('(2)') });
  });
});
