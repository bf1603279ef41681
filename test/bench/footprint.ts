/**
 * What live actors cost: bytes written per transition at 10 and at 10,000 of them, the time to restore 10,000, and the heap
 * of an idle one. They stand in buckets of 32, as design has it: spawning under one parent is quadratic in XState.
 */
import { assign, setup, spawnChild } from 'xstate';
import { openDurable } from '../../src/durable.ts';
import { levelStore } from '../../src/level.ts';
import { type Case, type Figure, timed } from './measure.ts';

const bucketSize = 32;
const transitions = 1000;

const leaf = setup({
  types: { context: {} as { n: number }, events: {} as { type: 'count' } },
  actions: { count: assign({ n: ({ context }) => context.n + 1 }) },
}).createMachine({ context: { n: 0 }, initial: 'open', states: { open: { on: { count: { actions: 'count' } } } } });

const bucket = setup({
  types: { input: {} as { first: number; size: number }, context: {} as { first: number; size: number } },
  actors: { leaf },
}).createMachine({
  context: ({ input }) => input,
  entry: ({ context, self }) => {
    for (let at = 0; at < context.size; at += 1) self.send({ type: 'add', n: context.first + at });
  },
  on: { add: { actions: spawnChild('leaf', { id: ({ event }) => `l${event.n}`, systemId: undefined }) } },
});

const house = setup({
  types: { events: {} as { type: 'add'; first: number; size: number } },
  actors: { bucket },
}).createMachine({
  on: { add: { actions: spawnChild('bucket', { id: ({ event }) => `b${event.first}`, input: ({ event }) => event }) } },
});

async function populate(path: string, total: number) {
  const system = await openDurable({ store: levelStore(path), machine: house });
  for (let first = 0; first < total; first += bucketSize) {
    await system.command(`add ${first}`, root =>
      root.send({ type: 'add', first, size: Math.min(bucketSize, total - first) }),
    );
  }
  return system;
}

async function bytesAt(path: string, total: number): Promise<number> {
  const system = await populate(path, total);
  const leaves = Object.values(system.root.getSnapshot().children).flatMap(one =>
    Object.values(one?.getSnapshot().children ?? {}),
  );
  await system.barrier();
  const before = system.stats().bytes;
  for (let at = 0; at < transitions; at += 1) {
    await system.command(`count ${at}`, () => leaves[(at * 7919) % leaves.length]?.send({ type: 'count' }));
  }
  const bytes = (system.stats().bytes - before) / transitions;
  await system.close();
  return Math.round(bytes);
}

export const footprint: Case = async folder => {
  const few = folder();
  const many = folder();
  const figures: Figure[] = [
    { name: 'bytes.10', value: await bytesAt(few, 10), unit: 'bytes', n: transitions },
    { name: 'bytes.10000', value: await bytesAt(many, 10_000), unit: 'bytes', n: transitions },
  ];
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let system: Awaited<ReturnType<typeof populate>> | undefined;
  const ms = await timed(async () => {
    system = await openDurable({ store: levelStore(many), machine: house });
  });
  globalThis.gc?.();
  const heap = (process.memoryUsage().heapUsed - before) / 10_000 / 1024;
  figures.push({ name: 'restore.10000', value: Math.round(ms), unit: 'ms', n: 10_000 });
  figures.push({ name: 'heap.idle', value: Math.round(heap * 100) / 100, unit: 'kB', n: 10_000 });
  await system?.close();
  return figures;
};
