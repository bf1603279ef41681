/** When instances are woken, and which rows say so. */
import { expect, test } from 'vitest';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { wakeTimeOf } from '../../src/durable/instances/wake-time.ts';
import { WakeTimes } from '../../src/durable/instances/wake-times.ts';
import { key } from '../../src/durable/keys.ts';

async function world(startMs: number) {
  const store = await memoryStore()();
  const clock = manualClock(startMs);
  const woken: string[] = [];
  const times = new WakeTimes({ store, clock, wake: async ({ id }) => void woken.push(id) });
  const write = (...dues: number[]) =>
    store.batch(dues.map(due => ({ type: 'put', key: key.wakeTime(due, `${due}`), value: ['order', `${due}`] })));
  return { clock, woken, times, write };
}

test('all that are due wake, also when they are many', async () => {
  const { woken, times, write } = await world(10_000);
  const dues = Array.from({ length: 250 }, (_, at) => 1_000 + at);
  await write(...dues, 20_000);
  await times.wakeDue();
  expect(woken).toEqual(dues.map(String));
  expect(times.next).toBe(20_000);
  times.end();
});

test('an instance that sleeps until a time before those that were looked at wakes', async () => {
  const { clock, woken, times, write } = await world(10_000);
  await write(9_000);
  await times.wakeDue();
  await write(5_000, 15_000, 20_000, 30_000);
  for (const due of [20_000, 15_000, 30_000]) times.add(due);
  expect([woken, times.next]).toEqual([['9000'], 15_000]);
  times.add(5_000);
  await times.wakeDue();
  expect(woken.filter(id => id === '5000')).toEqual(['5000']);
  clock.advance(5_000);
  await times.wakeDue();
  expect([woken.at(-1), times.next]).toEqual(['15000', 20_000]);
  times.end();
  times.add(1_000);
  clock.advance(50_000);
  await times.wakeDue();
  expect(woken.at(-1)).toBe('15000');
});

const event = { type: 'X' };

test.each([
  ['a timer', [{ due: 700, event }], 700],
  [
    'the first of two timers',
    [
      { due: 700, event },
      { due: 500, event },
    ],
    500,
  ],
  ['a paused timer', [{ due: 700, event, remainingMs: 100 }], undefined],
  ['nothing', [], undefined],
])('of the rows of %s the time to wake is %s', (_, timers, expected) => {
  const rows = timers.map((value, at) => ({ type: 'put' as const, key: key.timer('1', `t${at}`), value }));
  expect(wakeTimeOf([...rows, { type: 'del', key: key.timer('1', 'gone') }])).toBe(expected);
});
