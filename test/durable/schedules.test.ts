/** Schedules: each due time runs once, and missed ones as declared. */
import { describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { openDurable } from '../../src/durable.ts';
import { crashableStore } from './shop-machine.ts';

const hour = 3_600_000;
const midnight = Date.parse('2026-03-28T00:00:00Z');

const report = setup({
  types: {} as { context: { at: string }; input: { at: string } },
  actions: {},
}).createMachine({
  id: 'report',
  context: ({ input }) => {
    if (input.at.includes('T13')) throw new Error('no report at 13');
    return { at: input.at };
  },
  initial: 'made',
  states: { made: {} },
});

const counter = setup({
  types: {} as { context: { count: number }; events: { type: 'TICK' } },
}).createMachine({
  id: 'counter',
  context: { count: 0 },
  on: { TICK: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
});

function world() {
  const rows = crashableStore();
  const clock = manualClock(midnight);
  const open = async () => openDurable({ store: await rows.open(), machines: { report, counter }, clock });
  return { rows, clock, open };
}

type System = Awaited<ReturnType<ReturnType<typeof world>['open']>>;

const hourly = { start: 'report', input: (at: Date) => ({ at: at.toISOString() }) };
const made = async (system: System) => (await system.list({ machine: 'report' })).map(({ id }) => id.slice(-13, -5));
const isMade = (system: System, times: string[]) => expect.poll(() => made(system)).toEqual(times);

describe('[R260] a schedule', () => {
  test('starts an instance at each due time, with its input, and goes on after a restart', async () => {
    const { open, clock } = world();
    const system = await open();
    await system.every('hourly', '0 * * * *', hourly);
    clock.advance(hour);
    await isMade(system, ['01:00:00']);
    clock.advance(hour - 1);
    expect(await made(system)).toHaveLength(1);
    clock.advance(1);
    await isMade(system, ['01:00:00', '02:00:00']);
    expect(system.health().schedules).toEqual([{ name: 'hourly', nextAt: midnight + 3 * hour }]);
    const last = system.get('report', 'hourly/2026-03-28T02:00:00.000Z');
    expect(await last.query(({ context }) => context.at)).toBe('2026-03-28T02:00:00.000Z');
    await system.close();
    await using again = await open();
    await again.every('hourly', '0 * * * *', hourly);
    expect(await made(again)).toHaveLength(2);
    clock.advance(hour);
    await isMade(again, ['01:00:00', '02:00:00', '03:00:00']);
  });

  test.each([
    ['skip', ['04:00:00']],
    ['last', ['03:00:00', '04:00:00']],
    ['all', ['01:00:00', '02:00:00', '03:00:00', '04:00:00']],
  ] as const)('that missed runs while it was closed makes up for them: %s', async (missed, times) => {
    const { open, clock } = world();
    const first = await open();
    await first.every('hourly', '0 * * * *', { ...hourly, missed });
    await first.close();
    clock.advance(3 * hour + 5);
    await using second = await open();
    await second.every('hourly', '0 * * * *', { ...hourly, missed });
    expect(await made(second)).toEqual(times.slice(0, -1));
    clock.advance(hour - 5);
    await isMade(second, [...times]);
  });

  test('runs each due time once, although the process crashes before it is noted', async () => {
    const { open, clock, rows } = world();
    const first = await open();
    await first.start('counter', { id: 'c' });
    const tick = { instance: { machine: 'counter', id: 'c' }, event: { type: 'TICK' } };
    await first.every('tick', '0 * * * *', tick);
    await first.every('hourly', '0 * * * *', hourly);
    const store = await rows.open();
    const before = await Promise.all(['E/tick', 'E/hourly'].map(async key => ({ key, value: await store.get(key) })));
    clock.advance(hour);
    const count = (system: System) => system.get('counter', 'c').query(({ context }) => context.count);
    await expect.poll(() => count(first)).toBe(1);
    await isMade(first, ['01:00:00']);
    // The rows of a process that died after the run and before the schedule moved on.
    await expect
      .poll(async () => (await store.get('E/tick')) as { next: number })
      .toMatchObject({ next: midnight + 2 * hour });
    await store.batch(before.map(row => ({ type: 'put', ...row })));
    await using second = await open();
    await second.every('tick', '0 * * * *', tick);
    await second.every('hourly', '0 * * * *', hourly);
    expect(await count(second)).toBe(1);
    expect(await made(second)).toEqual(['01:00:00']);
    expect(second.health().schedules.map(({ nextAt }) => nextAt)).toEqual([midnight + 2 * hour, midnight + 2 * hour]);
  });

  test('of an instance that is started moves on in the batch of the start', async () => {
    const { open, clock, rows } = world();
    await using system = await open();
    await system.every('hourly', '0 * * * *', hourly);
    const before = system.health().commits.batches;
    clock.advance(hour);
    await isMade(system, ['01:00:00']);
    expect(system.health().commits.batches).toBe(before + 1);
    expect(await (await rows.open()).get('E/hourly')).toMatchObject({ next: midnight + 2 * hour });
  });

  test('follows the time of its zone, also when the clocks change', async () => {
    const { open, clock } = world();
    await using system = await open();
    await system.every('daily', '30 3 * * *', { ...hourly, timeZone: 'Europe/Berlin' });
    const next = () => new Date(system.health().schedules[0]?.nextAt ?? 0).toISOString();
    expect(next()).toBe('2026-03-28T02:30:00.000Z');
    clock.advance(3 * hour);
    await expect.poll(next).toBe('2026-03-29T01:30:00.000Z');
  });

  test('whose run fails says so, and goes on', async () => {
    const { open, clock } = world();
    await using system = await open();
    const errors: string[] = [];
    clock.advance(12 * hour);
    await system.every('hourly', '0 * * * *', {
      ...hourly,
      onError: (error, at) => errors.push(`${at.toISOString()} ${error}`),
    });
    clock.advance(hour);
    await expect.poll(() => errors).toHaveLength(1);
    expect(errors[0]).toContain('2026-03-28T13:00:00.000Z');
    expect(system.health().schedules).toMatchObject([{ error: expect.stringContaining('no report at 13') }]);
    clock.advance(hour);
    await isMade(system, ['14:00:00']);
    expect(system.health().schedules).toEqual([{ name: 'hourly', nextAt: midnight + 15 * hour }]);
  });

  test('that is declared otherwise starts again, can be ended, and must be one', async () => {
    const { open, clock } = world();
    const first = await open();
    await first.every('hourly', '0 * * * *', hourly);
    await first.close();
    clock.advance(3 * hour);
    await using second = await open();
    await second.every('hourly', '30 * * * *', hourly);
    expect(await made(second)).toEqual([]);
    await expect(second.every('hourly', '0 * * * *', hourly)).rejects.toThrow(TypeError);
    await second.endSchedule('hourly');
    clock.advance(2 * hour);
    expect(await made(second)).toEqual([]);
    expect(second.health().schedules).toEqual([]);
    await expect(second.every('bad', 'every day', hourly)).rejects.toThrow(TypeError);
    await expect(second.every('bad', '0 * * * *', { ...hourly, timeZone: 'Mars/Base' })).rejects.toThrow(TypeError);
    expect(() => second.every('bad', '0 * * * *', { start: 'none' })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_ACTOR' }),
    );
  });
});
