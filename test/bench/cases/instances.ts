/**
 * Many instances in one store: how many start per second and whether the last cost what the first did, what one costs on disk and
 * in memory while it sleeps, how long it takes to wake one among 100 and among 100,000, and how many that sleep are woken by their
 * timers per second.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { assign, raise, setup } from 'xstate';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';
import { levelStore } from '../../../src/adapters/stores/level-store.ts';
import { openInstances } from '../../../src/durable/instances/open-instances.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { type BenchCase, type BenchContext, type Measurement, median } from '../bench-case.ts';

const order = setup({
  types: {} as {
    context: { customer: string; items: string[] };
    input: { customer: string };
    events: { type: 'ADD'; item: string } | { type: 'WAIT' };
  },
}).createMachine({
  id: 'order',
  context: ({ input }) => ({ customer: input.customer, items: [] }),
  initial: 'open',
  states: {
    open: {
      on: {
        ADD: { actions: assign({ items: ({ context, event }) => [...context.items, event.item] }) },
        WAIT: { actions: raise({ type: 'ADD', item: 'reminder' }, { delay: 1_000 }) },
      },
    },
  },
});

const startedAtOnce = 100;
const maxAwake = 1_000;

const open = (directory: string, clock: Clock = systemClock()) =>
  openInstances({ store: levelStore(directory), machines: { order }, clock, maxAwake });

type System = Awaited<ReturnType<typeof open>>;

/** Runs `work` for numbers below `count`, some at once. Returns the milliseconds it took, of wall and of processor time. */
async function forEach(count: number, work: (at: number) => Promise<unknown>) {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  for (let from = 0; from < count; from += startedAtOnce) {
    const size = Math.min(startedAtOnce, count - from);
    await Promise.all(Array.from({ length: size }, (_, at) => work(from + at)));
  }
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - start, cpuMs: (user + system) / 1_000 };
}

const startOrders = (system: System, from: number, count: number) =>
  forEach(count, at => system.start('order', { id: `o${from + at}`, input: { customer: `c${at}` } }));

const sizeOf = (directory: string) =>
  readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);

function heap(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function start(system: System, n: number): Promise<Measurement[]> {
  const tenth = Math.max(1, Math.floor(n / 10));
  const parts: { wallMs: number; cpuMs: number }[] = [];
  for (let part = 0; part < 10; part++) parts.push(await startOrders(system, part * tenth, tenth));
  const sum = (of: 'wallMs' | 'cpuMs') => parts.reduce((all, each) => all + each[of], 0);
  // The first tenth also warms up.
  const [early, late] = [parts.slice(1, 4), parts.slice(7)].map(some => median(some.map(({ cpuMs }) => cpuMs / tenth)));
  return [
    { name: 'instances.start', value: (1_000 * 10 * tenth) / sum('wallMs'), unit: 'per s', n },
    { name: 'instances.start.cpu', value: (1_000 * sum('cpuMs')) / (10 * tenth), unit: 'us', n },
    { name: 'instances.start.early', value: 1_000 * (early ?? Number.NaN), unit: 'us', n },
    { name: 'instances.start.late', value: 1_000 * (late ?? Number.NaN), unit: 'us', n },
  ];
}

/** Wakes instances one after the other by an event, each of which is on disk before the next. */
async function wake(system: System, name: string, n: number, asleep: number): Promise<Measurement[]> {
  const times: number[] = [];
  const cpu = process.cpuUsage();
  for (let at = 0; at < n; at++) {
    const started = performance.now();
    await system.get('order', `o${(at * 7919) % asleep}`).send({ type: 'ADD', item: 'tea' });
    times.push(performance.now() - started);
  }
  const used = process.cpuUsage(cpu);
  return [
    { name: `instances.wake.${name}`, value: median(times), unit: 'ms', n },
    { name: `instances.wake.${name}.cpu`, value: (used.user + used.system) / n, unit: 'us', n },
  ];
}

/** Megabytes of a process of its own that has the store open while all sleep. */
function processMemory(directory: string): number {
  const urlOf = (path: string) => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);
  const code = `
    import { createMachine } from 'xstate';
    import { levelStore } from ${urlOf('src/adapters/stores/level-store.js')};
    import { systemClock } from ${urlOf('src/adapters/clocks/system-clock.js')};
    import { openInstances } from ${urlOf('src/durable/instances/open-instances.js')};
    const store = levelStore(${JSON.stringify(directory)});
    const system = await openInstances({ store, machines: { order: createMachine({ id: 'order' }) }, clock: systemClock() });
    console.log(process.memoryUsage().rss / 1e6, system.health().instances.asleep);
    await system.close();`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  return Number(stdout.split(' ')[0] || Number.NaN);
}

async function many(context: BenchContext): Promise<Measurement[]> {
  const n = context.size(100_000, 200);
  const directory = context.directory();
  const empty = heap();
  const first = await open(directory);
  const rows = await start(first, n);
  await first.close();
  rows.push({ name: 'instances.process', value: processMemory(directory), unit: 'MB', n });
  rows.push({ name: 'instances.disk', value: sizeOf(directory) / n, unit: 'bytes', n });
  const opening = performance.now();
  const system = await open(directory);
  rows.push({ name: 'instances.open', value: performance.now() - opening, unit: 'ms', n });
  rows.push({ name: 'instances.heap', value: Math.max(0, heap() - empty) / n, unit: 'bytes', n });
  rows.push(...(await wake(system, '100000', context.size(500, 5), n)));
  await system.close();
  return rows;
}

async function few(context: BenchContext): Promise<Measurement[]> {
  const directory = context.directory();
  const first = await open(directory);
  await startOrders(first, 0, 100);
  await first.close();
  const rows: Measurement[] = [];
  const system = await open(directory);
  rows.push(...(await wake(system, '100', context.size(100, 5), 100)));
  await system.close();
  return rows;
}

/** All timers came due while the store was closed. */
async function timers(context: BenchContext): Promise<Measurement[]> {
  const n = context.size(10_000, 50);
  const directory = context.directory();
  const clock = manualClock(1);
  const first = await open(directory, clock);
  await startOrders(first, 0, n);
  await forEach(n, at => first.get('order', `o${at}`).send({ type: 'WAIT' }));
  await first.close();
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  const system = await open(directory);
  while (system.health().timers.lateMs > 0) await new Promise(setImmediate);
  await system.list({ limit: 1 });
  const seconds = (performance.now() - started) / 1_000;
  const used = process.cpuUsage(cpu);
  await system.close();
  return [
    { name: 'instances.timers', value: n / seconds, unit: 'per s', n },
    { name: 'instances.timers.cpu', value: (used.user + used.system) / n, unit: 'us', n },
  ];
}

export const bench: BenchCase = {
  async run(context) {
    const rows: Measurement[] = [];
    if (context.includes('instances.start')) rows.push(...(await many(context)));
    if (context.includes('instances.wake.100')) rows.push(...(await few(context)));
    if (context.includes('instances.timers')) rows.push(...(await timers(context)));
    return rows;
  },
};
