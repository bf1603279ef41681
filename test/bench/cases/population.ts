/**
 * What many live actors cost: bytes written for one transition among 10 and among 10,000, the time to restore 10,000, the
 * heap an idle actor takes, and a sleeping one. The actors stand in a tree, no parent with more than 40 children.
 */
import { type AnyStateMachine, assign, enqueueActions, setup } from 'xstate';
import { levelStore } from '../../../src/adapters/level-store.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import { openDurable } from '../../../src/durable/system.ts';
import type { StoreOpener } from '../../../src/ports/store.ts';
import { type Bench, median, millisecondsOf, type Row, type World } from '../case.ts';

interface Place {
  name: string;
  /** Children on this level and those below. */
  widths: number[];
}

const leaf = setup({
  types: {} as { context: { goal: string; count: number }; events: { type: 'COUNT' }; input: Place },
}).createMachine({
  id: 'leaf',
  context: { goal: 'write an inventory of one folder and fill in its part', count: 0 },
  initial: 'waiting',
  states: { waiting: { on: { COUNT: { actions: assign({ count: ({ context }) => context.count + 1 }) } } } },
});

/** A machine whose children are of one kind. */
const groupOf = (child: AnyStateMachine) =>
  setup({ types: {} as { context: Place; input: Place }, actors: { child } }).createMachine({
    id: 'group',
    context: ({ input }) => input,
    entry: enqueueActions(({ enqueue, context }) => {
      const [width = 0, ...widths] = context.widths;
      for (let at = 0; at < width; at++) {
        const name = `${context.name}.${at}`;
        enqueue.spawnChild('child', { id: name, systemId: name, input: { name, widths } });
      }
    }),
  });

interface Population {
  machine: AnyStateMachine;
  widths: number[];
  leaves: number;
  first: string;
  /** What its rows are named after: the leaves of a full run. */
  named: number;
}

function population(machine: AnyStateMachine, named: number, widths: number[]): Population {
  const leaves = widths.reduce((product, width) => product * width, 1);
  return { machine, widths, leaves, first: `x${'.0'.repeat(widths.length)}`, named };
}

const small = population(groupOf(leaf), 10, [10]);
const large = (world: World) =>
  population(groupOf(groupOf(groupOf(leaf))), 10_000, [world.size(10, 2), world.size(25, 2), world.size(40, 3)]);

const open = (store: StoreOpener, { machine, widths }: Population) =>
  openDurable({ store, machine, input: { name: 'x', widths }, clock: systemClock() });

async function bytes(world: World, population: Population): Promise<Row> {
  const transitions = world.size(1_000, 10);
  const system = await open(levelStore(world.directory()), population);
  const actor = system.get(population.first);
  actor.send({ type: 'COUNT' });
  await system.barrier();
  const before = system.stats().bytes;
  for (let at = 0; at < transitions; at++) {
    actor.send({ type: 'COUNT' });
    await system.barrier();
  }
  const value = (system.stats().bytes - before) / transitions;
  await system.close();
  return { name: `bytes.${population.named}`, value, unit: 'bytes', n: transitions };
}

async function restore(world: World): Promise<Row> {
  const store = levelStore(world.directory());
  const population = large(world);
  await (await open(store, population)).close();
  const times: number[] = [];
  for (let round = 0; round < world.size(3, 1); round++) {
    let system: Awaited<ReturnType<typeof open>> | undefined;
    times.push(
      await millisecondsOf(async () => {
        system = await open(store, population);
      }),
    );
    await system?.close();
  }
  return { name: `restore.${population.named}`, value: median(times), unit: 'ms', n: population.leaves };
}

function heap(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Heap of each actor of 10,000 idle ones, and of each child of the root asleep with the 1,000 below it. */
async function memory(world: World): Promise<Row[]> {
  const store = levelStore(world.directory());
  const population = large(world);
  await (await open(store, population)).close();
  const empty = heap();
  const system = await open(store, population);
  const idle = (heap() - empty) / system.stats().actors;
  for (const id of Object.keys(system.root.getSnapshot().children)) await system.passivate(id);
  const asleep = Math.max(0, heap() - empty) / population.leaves;
  await system.close();
  return [
    { name: 'heap.idle', value: idle, unit: 'bytes', n: population.leaves },
    { name: 'heap.passivated', value: asleep, unit: 'bytes', n: population.leaves },
  ];
}

export const bench: Bench = {
  async run(world) {
    const rows: Row[] = [];
    if (world.wants('bytes.10')) rows.push(await bytes(world, small));
    if (world.wants('bytes.10000')) rows.push(await bytes(world, large(world)));
    if (world.wants('restore.10000')) rows.push(await restore(world));
    if (world.wants('heap.idle')) rows.push(...(await memory(world)));
    return rows;
  },
};
