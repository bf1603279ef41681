/**
 * W1: 1,000 durable steps one after the other, each on disk before the next begins: `step()` in one effect, as other
 * engines count them. `w1.invoke` is the same with a chart that invokes one effect per step: a transition, a new actor and
 * a commit each.
 */
import { assign, setup } from 'xstate';
import { effect, openDurable } from '../../src/durable.ts';
import { levelStore } from '../../src/level.ts';
import type { Durability } from '../../src/ports/store.ts';
import { type Case, type Figure, median, rate, timed } from './measure.ts';

const count = 1000;

const flow = setup({
  types: { context: {} as { n: number }, events: {} as { type: 'walk' | 'invoke' } },
  actors: {
    walk: effect<{ n: number }, number>(async ({ input, step }) => {
      for (let at = 0; at < input.n; at += 1) await step(String(at), async () => at);
      return input.n;
    }),
    one: effect<{ n: number }, number>(async ({ input }) => input.n + 1),
  },
  guards: { isOver: ({ context }) => context.n >= count },
}).createMachine({
  context: { n: 0 },
  initial: 'idle',
  states: {
    idle: { on: { walk: 'walking', invoke: 'invoking' } },
    walking: { invoke: { src: 'walk', input: { n: count }, onDone: 'over' } },
    invoking: {
      invoke: {
        src: 'one',
        input: ({ context }) => ({ n: context.n }),
        onDone: { target: 'next', actions: assign({ n: ({ event }) => event.output }) },
      },
    },
    next: { always: [{ guard: 'isOver', target: 'over' }, { target: 'invoking' }] },
    over: {},
  },
});

export const steps: Case = async folder => {
  const figures: Figure[] = [];
  for (const durability of ['process', 'power'] as const) {
    for (const [name, type] of [
      ['w1', 'walk'],
      ['w1.invoke', 'invoke'],
    ] as const) {
      const ms = await median(5, () => run(folder(), durability, type));
      figures.push({ name: `${name}.${durability}`, value: rate(count, ms), unit: 'steps/s', n: count });
    }
  }
  return figures;
};

async function run(path: string, durability: Durability, type: 'walk' | 'invoke'): Promise<number> {
  const system = await openDurable({ store: levelStore(path, { durability }), machine: flow });
  const ms = await timed(async () => {
    const over = new Promise<void>(resolve => {
      system.root.subscribe(snapshot => snapshot.matches('over') && resolve());
    });
    await system.command('begin', root => root.send({ type }));
    await over;
    await system.barrier();
  });
  await system.close();
  return ms;
}
