/**
 * Steps with one invoked effect, one after the other: an event, a transition that starts an effect, its result, a transition back.
 * Beside it a plain XState actor that writes its persisted snapshot to LevelDB after each of the two transitions, in the same
 * run and turn by turn. The figures are processor time, which holds on a busy machine: medians over the rounds.
 */
import { Level } from 'level';
import { assign, createActor, fromPromise, type PromiseActorLogic, setup } from 'xstate';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';
import { levelStore } from '../../../src/adapters/stores/level-store.ts';
import { effect } from '../../../src/durable/effect.ts';
import { openDurable } from '../../../src/durable/system.ts';
import { type BenchCase, type BenchContext, measureCpuMs, median } from '../bench-case.ts';

type Job = PromiseActorLogic<number, { step: number }>;

const walkerOf = (job: Job) =>
  setup({
    types: {} as { context: { step: number; note: string }; events: { type: 'STEP'; step: number } },
    actors: { job },
  }).createMachine({
    id: 'walker',
    context: { step: 0, note: 'one step after the other' },
    initial: 'idle',
    states: {
      idle: { on: { STEP: { target: 'busy', actions: assign({ step: ({ event }) => event.step }) } } },
      busy: { invoke: { src: 'job', input: ({ context }) => ({ step: context.step }), onDone: 'idle' } },
    },
  });

interface Walker {
  walk(steps: number): Promise<void>;
  close(): Promise<void>;
}

/** Returns a walk of numbered steps. `take` begins one, and ends after `idle`, which resolves when the walker is idle again. */
function walkOf(
  actor: { subscribe(listener: (state: { value: unknown }) => void): unknown },
  take: (step: number, idle: Promise<void>) => Promise<void>,
): Walker['walk'] {
  let resolve = () => {};
  actor.subscribe(({ value }) => {
    if (value === 'idle') resolve();
  });
  let step = 0;
  return async steps => {
    for (let at = 0; at < steps; at++) {
      const idle = new Promise<void>(reached => {
        resolve = reached;
      });
      await take(++step, idle);
    }
  };
}

async function durable(context: BenchContext): Promise<Walker & { operations: () => number }> {
  const machine = walkerOf(effect<{ step: number }, number>(async ({ input }) => input.step));
  const system = await openDurable({ store: levelStore(context.directory()), machine, clock: systemClock() });
  return {
    walk: walkOf(system.root, async (step, idle) => {
      await system.command(`step ${step}`, root => root.send({ type: 'STEP', step }));
      await idle;
      await system.barrier();
    }),
    operations: () => system.stats().operations / system.stats().commits,
    close: () => system.close(),
  };
}

async function plain(context: BenchContext): Promise<Walker> {
  const db = new Level<string, unknown>(context.directory(), { valueEncoding: 'json' });
  await db.open();
  const actor = createActor(walkerOf(fromPromise(async ({ input }) => input.step))).start();
  return {
    walk: walkOf(actor, async (step, idle) => {
      actor.send({ type: 'STEP', step });
      await db.put('walker', actor.getPersistedSnapshot());
      await idle;
      await db.put('walker', actor.getPersistedSnapshot());
    }),
    close: () => db.close(),
  };
}

export const bench: BenchCase = {
  async run(context) {
    if (!context.includes('w1.invoke.cpu', 'w1.invoke.plain.cpu', 'w1.invoke.operations')) return [];
    const [steps, rounds] = [context.size(500, 20), context.size(15, 1)];
    const [own, limit] = [await durable(context), await plain(context)];
    const took = { own: [] as number[], limit: [] as number[] };
    for (let round = -1; round < rounds; round++) {
      const [first, second] = [await measureCpuMs(() => own.walk(steps)), await measureCpuMs(() => limit.walk(steps))];
      if (round < 0) continue;
      took.own.push(first / steps);
      took.limit.push(second / steps);
    }
    const operations = own.operations();
    await Promise.all([own.close(), limit.close()]);
    return [
      { name: 'w1.invoke.cpu', value: 1_000 * median(took.own), unit: 'us', n: steps },
      { name: 'w1.invoke.plain.cpu', value: 1_000 * median(took.limit), unit: 'us', n: steps },
      { name: 'w1.invoke.operations', value: operations, unit: 'rows', n: steps },
    ];
  },
};
