/**
 * W2: children of one supervisor, at most 16 alive; each is a chart that asks an effect of three durable steps, and the
 * supervisor joins their results. A step's result is recorded, and committed, before the next begins. The rate counts steps.
 */
import { type DoneActorEvent, enqueueActions, setup } from 'xstate';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';
import { levelStore } from '../../../src/adapters/stores/level-store.ts';
import { effect } from '../../../src/durable/effect.ts';
import { openDurable } from '../../../src/durable/system.ts';
import type { Durability } from '../../../src/ports/store.ts';
import { type BenchCase, type BenchContext, type Measurement, measureMs, median } from '../bench-case.ts';

const aliveMax = 16;
const stepsEach = 3;

const work = effect<{ child: number }, number>(async ({ input, step }) => {
  let result = input.child;
  for (let at = 0; at < stepsEach; at++) result = await step(`step${at}`, async () => result + 1);
  return result;
});

const child = setup({
  types: {} as { context: { child: number }; input: { child: number }; output: number },
  actors: { work },
}).createMachine({
  id: 'child',
  context: ({ input }) => input,
  initial: 'working',
  output: ({ event }) => event.output as number,
  states: {
    working: { invoke: { id: 'work', src: 'work', input: ({ context }) => context, onDone: 'done' } },
    done: { type: 'final', output: ({ event }) => (event as DoneActorEvent<number>).output },
  },
});

const machine = setup({
  types: {} as {
    context: { children: number; started: number; finished: number; sum: number };
    input: { children: number };
    events: { type: 'GO' } | DoneActorEvent<number, string>;
  },
  actors: { child },
  actions: {
    start: enqueueActions(({ enqueue, context }) => {
      const { children, started, finished } = context;
      const next = Math.min(children, finished + aliveMax);
      for (let at = started; at < next; at++) {
        enqueue.spawnChild('child', { id: `child${at}`, input: { child: at } });
      }
      enqueue.assign({ started: Math.max(started, next) });
    }),
    join: enqueueActions(({ enqueue, event }) => {
      const { actorId, output } = event as DoneActorEvent<number>;
      enqueue.stopChild(actorId);
      enqueue.assign({
        finished: ({ context }) => context.finished + 1,
        sum: ({ context }) => context.sum + output,
      });
    }),
  },
  guards: { isJoined: ({ context }) => context.finished === context.children },
}).createMachine({
  id: 'supervisor',
  context: ({ input }) => ({ children: input.children, started: 0, finished: 0, sum: 0 }),
  initial: 'waiting',
  states: {
    waiting: { on: { GO: 'running' } },
    running: {
      entry: 'start',
      always: { guard: 'isJoined', target: 'joined' },
      on: { 'xstate.done.actor.*': { actions: ['join', 'start'] } },
    },
    joined: {},
  },
});

async function fanOut(context: BenchContext, children: number, durability: Durability): Promise<number> {
  const store = levelStore(context.directory(), { durability });
  const system = await openDurable({ store, machine, input: { children }, clock: systemClock() });
  const joined = new Promise<void>(resolve => {
    system.root.subscribe(snapshot => {
      if (snapshot.matches('joined')) resolve();
    });
  });
  const tookMs = await measureMs(async () => {
    await system.command('go', root => root.send({ type: 'GO' }));
    await joined;
    await system.barrier();
  });
  const { sum } = system.root.getSnapshot().context;
  const expected = (children * (children - 1)) / 2 + children * stepsEach;
  if (sum !== expected) throw new Error(`The children's results were joined to ${sum} instead of ${expected}.`);
  await system.close();
  return ((children * stepsEach) / tookMs) * 1000;
}

export const bench: BenchCase = {
  async run(context) {
    const rows: Measurement[] = [];
    const measure = async (children: number, durability: Durability, rounds: number) => {
      const name = `w2.${children}.${durability}`;
      if (!context.includes(name)) return;
      const rates: number[] = [];
      const count = context.size(children, 40);
      for (let round = 0; round < context.size(rounds, 1); round++)
        rates.push(await fanOut(context, count, durability));
      rows.push({ name, value: median(rates), unit: 'steps/s', n: count * stepsEach });
    };
    if (context.includes('w2.')) await fanOut(context, context.size(1_000, 20), 'process');
    await measure(100, 'power', 9);
    await measure(1_000, 'power', 3);
    await measure(10_000, 'power', 3);
    await measure(10_000, 'process', 3);
    return rows;
  },
};
