/**
 * Timers that came due while the system was closed: how many fire per second after opening, and the longest turn of the
 * event loop meanwhile. One machine holds all of them, or each of as many machines has one.
 */
import { type AnyStateMachine, assign, enqueueActions, setup } from 'xstate';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';
import { levelStore } from '../../../src/adapters/stores/level-store.ts';
import { openDurable } from '../../../src/durable/system.ts';
import type { BenchCase, BenchContext, Measurement } from '../bench-case.ts';

const alarm = (timers: number) =>
  setup({ types: {} as { context: { rung: number }; events: { type: 'RING' } } }).createMachine({
    id: 'alarm',
    context: { rung: 0 },
    entry: enqueueActions(({ enqueue }) => {
      for (let at = 0; at < timers; at++) enqueue.raise({ type: 'RING' }, { delay: 1, id: `ring${at}` });
    }),
    on: { RING: { actions: assign({ rung: ({ context }) => context.rung + 1 }) } },
  });

/** No parent has more children than the square root of all. */
const inGroups = (child: AnyStateMachine, count: number) =>
  setup({ actors: { child } }).createMachine({
    id: 'group',
    entry: enqueueActions(({ enqueue }) => {
      for (let at = 0; at < count; at++) enqueue.spawnChild('child', { id: `child${at}` });
    }),
  });

async function fire(context: BenchContext, name: string, machine: AnyStateMachine, n: number): Promise<Measurement[]> {
  const store = levelStore(context.directory());
  await (await openDurable({ store, machine, clock: manualClock(1) })).close();
  const system = await openDurable({ store, machine, clock: systemClock() });
  const start = performance.now();
  let [longestMs, turn] = [0, start];
  while (system.stats().timers > 0) {
    await new Promise(setImmediate);
    const now = performance.now();
    longestMs = Math.max(longestMs, now - turn);
    turn = now;
  }
  await system.barrier();
  const seconds = (performance.now() - start) / 1_000;
  await system.close();
  return [
    { name: `timers.${name}`, value: n / seconds, unit: 'per s', n },
    { name: `timers.${name}.turn`, value: longestMs, unit: 'ms', n },
  ];
}

export const bench: BenchCase = {
  async run(context) {
    const width = context.size(100, 3);
    const n = width * width;
    const rows: Measurement[] = [];
    if (context.includes('timers.one')) rows.push(...(await fire(context, 'one', alarm(n), n)));
    if (context.includes('timers.each')) {
      rows.push(...(await fire(context, 'each', inGroups(inGroups(alarm(1), width), width), n)));
    }
    return rows;
  },
};
