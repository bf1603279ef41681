/**
 * W2: N children under one supervisor, at most 16 at once, each a chart with three durable steps; their results are
 * joined. Pending children are a number, not actors, so a child costs the same at any N.
 */
import { assign, type DoneActorEvent, enqueueActions, setup } from 'xstate';
import { effect, openDurable } from '../../src/durable.ts';
import { levelStore } from '../../src/level.ts';
import type { Durability } from '../../src/ports/store.ts';
import { type Case, type Figure, median, rate, timed } from './measure.ts';

const atOnce = 16;
const stepsEach = 3;

const child = setup({
  types: { context: {} as { id: number; sum: number }, input: {} as { id: number }, output: {} as number },
  actors: {
    work: effect<{ id: number }, number>(async ({ input, step }) => {
      let sum = 0;
      for (let at = 0; at < stepsEach; at += 1) sum += await step(String(at), async () => input.id);
      return sum;
    }),
  },
}).createMachine({
  context: ({ input }) => ({ id: input.id, sum: 0 }),
  initial: 'working',
  states: {
    working: {
      invoke: {
        src: 'work',
        input: ({ context }) => ({ id: context.id }),
        onDone: { target: 'done', actions: assign({ sum: ({ event }) => event.output }) },
      },
    },
    done: { type: 'final' },
  },
  output: ({ context }) => context.sum,
});

const supervisor = setup({
  types: {
    context: {} as { total: number; next: number; done: number; sum: number },
    events: {} as { type: 'begin'; total: number } | DoneActorEvent<number>,
  },
  actors: { child },
  guards: { isJoined: ({ context }) => context.total > 0 && context.done === context.total },
  actions: {
    fill: enqueueActions(({ context, enqueue }) => {
      let { next } = context;
      for (; next < context.total && next - context.done < atOnce; next += 1) {
        enqueue.spawnChild('child', { id: `c${next}`, input: { id: next } });
      }
      enqueue.assign({ next });
    }),
    join: enqueueActions(({ context, enqueue }, { actorId, output }: { actorId: string; output: number }) => {
      enqueue.stopChild(actorId);
      enqueue.assign({ done: context.done + 1, sum: context.sum + output });
    }),
  },
}).createMachine({
  context: { total: 0, next: 0, done: 0, sum: 0 },
  initial: 'running',
  states: {
    running: {
      always: { guard: 'isJoined', target: 'joined' },
      on: {
        begin: { actions: [assign({ total: ({ event }) => event.total }), 'fill'] },
        'xstate.done.actor.*': { actions: [{ type: 'join', params: ({ event }) => event }, 'fill'] },
      },
    },
    joined: {},
  },
});

export const fanOut: Case = async folder => {
  const figures: Figure[] = [];
  for (const [durability, total, runs] of [
    ['power', 100, 5],
    ['power', 1000, 3],
    ['power', 10_000, 3],
    ['process', 10_000, 3],
  ] as const) {
    const ms = await median(runs, () => run(folder(), durability, total));
    figures.push({ name: `w2.${total}.${durability}`, value: rate(total * stepsEach, ms), unit: 'steps/s', n: total });
  }
  return figures;
};

async function run(path: string, durability: Durability, total: number): Promise<number> {
  await using system = await openDurable({ store: levelStore(path, { durability }), machine: supervisor });
  const ms = await timed(async () => {
    const joined = new Promise<void>(resolve => {
      system.root.subscribe(snapshot => snapshot.matches('joined') && resolve());
    });
    await system.command('begin', root => root.send({ type: 'begin', total }));
    await joined;
    await system.barrier();
  });
  const { sum } = system.root.getSnapshot().context;
  if (sum !== (stepsEach * total * (total - 1)) / 2) throw new Error(`the join lost results: ${sum}`);
  return ms;
}
