/**
 * What many live actors cost: bytes written for one transition among 10 and among 10,000, the time to restore 10,000, the
 * heap an idle actor takes, and a sleeping one. The actors stand in a tree, no parent with more than 40 children.
 */
import { type AnyStateMachine, assign, createActor, enqueueActions, setup } from 'xstate';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';
import { levelStore } from '../../../src/adapters/stores/level-store.ts';
import { openDurable } from '../../../src/durable/system.ts';
import type { StoreOpener } from '../../../src/ports/store.ts';
import { type BenchCase, type BenchContext, type Measurement, measureCpuMs, measureMs, median } from '../bench-case.ts';

interface TreePosition {
  name: string;
  /** Children on this level and those below. */
  widths: number[];
}

const leaf = setup({
  types: {} as { context: { goal: string; count: number }; events: { type: 'COUNT' }; input: TreePosition },
}).createMachine({
  id: 'leaf',
  context: { goal: 'write an inventory of one folder and fill in its part', count: 0 },
  initial: 'waiting',
  states: { waiting: { on: { COUNT: { actions: assign({ count: ({ context }) => context.count + 1 }) } } } },
});

/** A machine whose children are of one kind. */
const groupOf = (child: AnyStateMachine) =>
  setup({ types: {} as { context: TreePosition; input: TreePosition }, actors: { child } }).createMachine({
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

interface ActorTree {
  machine: AnyStateMachine;
  widths: number[];
  leafCount: number;
  firstLeaf: string;
  /** What its rows are named after: the leaves of a full run. */
  label: number;
}

function actorTree(machine: AnyStateMachine, named: number, widths: number[]): ActorTree {
  const leaves = widths.reduce((product, width) => product * width, 1);
  return { machine, widths, leafCount: leaves, firstLeaf: `x${'.0'.repeat(widths.length)}`, label: named };
}

const small = actorTree(groupOf(leaf), 10, [10]);
const large = (context: BenchContext) =>
  actorTree(groupOf(groupOf(groupOf(leaf))), 10_000, [context.size(10, 2), context.size(25, 2), context.size(40, 3)]);

const open = (store: StoreOpener, { machine, widths }: ActorTree) =>
  openDurable({ store, machine, input: { name: 'x', widths }, clock: systemClock() });

async function bytes(context: BenchContext, population: ActorTree): Promise<Measurement> {
  const transitions = context.size(1_000, 10);
  const system = await open(levelStore(context.directory()), population);
  const actor = system.get(population.firstLeaf);
  actor.send({ type: 'COUNT' });
  await system.barrier();
  const before = system.stats().bytes;
  for (let at = 0; at < transitions; at++) {
    actor.send({ type: 'COUNT' });
    await system.barrier();
  }
  const value = (system.stats().bytes - before) / transitions;
  await system.close();
  return { name: `bytes.${population.label}`, value, unit: 'bytes', n: transitions };
}

/** Beside it what XState alone takes to restore the same actors from the text of one persisted snapshot, turn by turn. */
async function restore(context: BenchContext): Promise<Measurement[]> {
  const store = levelStore(context.directory());
  const population = large(context);
  await (await open(store, population)).close();
  const input = { name: 'x', widths: population.widths };
  const first = createActor(population.machine, { input }).start();
  const text = JSON.stringify(first.getPersistedSnapshot());
  first.stop();
  const took = { wall: [] as number[], own: [] as number[], plain: [] as number[] };
  for (let round = 0; round < context.size(5, 1); round++) {
    let system: Awaited<ReturnType<typeof open>> | undefined;
    const cpu = measureCpuMs(async () => {
      const opening = async () => {
        system = await open(store, population);
      };
      took.wall.push(await measureMs(opening));
    });
    took.own.push(await cpu);
    await system?.close();
    const restored: { stop(): unknown }[] = [];
    const plain = async () => {
      restored.push(createActor(population.machine, { snapshot: JSON.parse(text) }).start());
    };
    took.plain.push(await measureCpuMs(plain));
    restored[0]?.stop();
  }
  const [name, n] = [`restore.${population.label}`, population.leafCount];
  return [
    { name, value: median(took.wall), unit: 'ms', n },
    { name: `${name}.cpu`, value: median(took.own), unit: 'ms', n },
    { name: `${name}.plain.cpu`, value: median(took.plain), unit: 'ms', n },
  ];
}

function heap(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Heap of each actor of 10,000 idle ones, and of each child of the root asleep with the 1,000 below it. */
async function memory(context: BenchContext): Promise<Measurement[]> {
  const store = levelStore(context.directory());
  const population = large(context);
  await (await open(store, population)).close();
  const empty = heap();
  const system = await open(store, population);
  const idle = (heap() - empty) / system.stats().actors;
  for (const id of Object.keys(system.root.getSnapshot().children)) await system.passivate(id);
  const asleep = Math.max(0, heap() - empty) / population.leafCount;
  await system.close();
  return [
    { name: 'heap.idle', value: idle, unit: 'bytes', n: population.leafCount },
    { name: 'heap.passivated', value: asleep, unit: 'bytes', n: population.leafCount },
  ];
}

export const bench: BenchCase = {
  async run(context) {
    const rows: Measurement[] = [];
    if (context.includes('bytes.10')) rows.push(await bytes(context, small));
    if (context.includes('bytes.10000')) rows.push(await bytes(context, large(context)));
    if (context.includes('restore.10000')) rows.push(...(await restore(context)));
    if (context.includes('heap.idle')) rows.push(...(await memory(context)));
    return rows;
  },
};
