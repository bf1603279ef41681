/**
 * W2: children of one supervisor, at most 16 alive; each is a chart that asks an effect of three durable steps, and the
 * supervisor joins their results. A step's result is recorded, and committed, before the next begins. The rate counts steps.
 *
 * `bare` is the same with a group commit that has nothing else (../group-commit.ts), turn by turn with it, on the same disk.
 */
import {
  type AnyActorRef,
  createActor,
  type DoneActorEvent,
  enqueueActions,
  fromPromise,
  type PromiseActorLogic,
  setup,
} from 'xstate';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';
import { levelStore } from '../../../src/adapters/stores/level-store.ts';
import { effect } from '../../../src/durable/effect.ts';
import { openDurable } from '../../../src/durable/system.ts';
import type { Durability } from '../../../src/ports/store.ts';
import { type BenchCase, type BenchContext, type Measurement, measureMs, median } from '../bench-case.ts';
import { GroupCommit } from '../group-commit.ts';

const aliveMax = 16;
const stepsEach = 3;

const work = effect<{ child: number }, number>(async ({ input, step }) => {
  let result = input.child;
  for (let at = 0; at < stepsEach; at++) result = await step(`step${at}`, async () => result + 1);
  return result;
});

type Work = PromiseActorLogic<number, { child: number }>;

const childOf = (job: Work) =>
  setup({
    types: {} as { context: { child: number }; input: { child: number }; output: number },
    actors: { work: job },
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

const supervisorOf = (job: Work) =>
  setup({
    types: {} as {
      context: { children: number; started: number; finished: number; sum: number };
      input: { children: number };
      events: { type: 'GO' } | DoneActorEvent<number, string>;
    },
    actors: { child: childOf(job) },
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

interface Run {
  /** Steps per second. */
  rate: number;
  /** Microseconds of processor time for each step. */
  cpu: number;
}

/** Measures until all children are joined and that is on disk. */
async function measure(
  children: number,
  system: { root: AnyActorRef; go: () => Promise<void>; barrier: () => Promise<void> },
): Promise<Run> {
  const joined = new Promise<void>(resolve => {
    system.root.subscribe(snapshot => {
      if (snapshot.value === 'joined') resolve();
    });
  });
  const cpu = process.cpuUsage();
  const tookMs = await measureMs(async () => {
    await system.go();
    await joined;
    await system.barrier();
  });
  const used = process.cpuUsage(cpu);
  const { sum } = system.root.getSnapshot().context;
  const expected = (children * (children - 1)) / 2 + children * stepsEach;
  if (sum !== expected) throw new Error(`The children's results were joined to ${sum} instead of ${expected}.`);
  const steps = children * stepsEach;
  return { rate: (steps / tookMs) * 1_000, cpu: (used.user + used.system) / steps };
}

async function fanOut(context: BenchContext, children: number, durability: Durability): Promise<Run> {
  const store = levelStore(context.directory(), { durability });
  const machine = supervisorOf(work);
  const system = await openDurable({ store, machine, input: { children }, clock: systemClock() });
  const go = async () => {
    await system.command('go', root => root.send({ type: 'GO' }));
  };
  const run = await measure(children, { root: system.root, go, barrier: () => system.barrier() });
  await system.close();
  return run;
}

async function bareFanOut(context: BenchContext, children: number, durability: Durability): Promise<Run> {
  const commits = await GroupCommit.open(context.directory(), { sync: durability === 'power' });
  const job = fromPromise<number, { child: number }>(async ({ input }) => {
    // Like an effect, it begins when the batch with its start is on disk.
    await commits.barrier();
    let result = input.child;
    for (let at = 0; at < stepsEach; at++) {
      result++;
      await commits.record(`r/${input.child}/step${at}`, result);
    }
    return result;
  });
  const root = createActor(supervisorOf(job), { input: { children }, inspect: commits.inspect }).start();
  const go = () => {
    root.send({ type: 'GO' });
    return commits.barrier();
  };
  const run = await measure(children, { root, go, barrier: () => commits.barrier() });
  await commits.close();
  return run;
}

export const bench: BenchCase = {
  async run(context) {
    const rows: Measurement[] = [];
    const compare = async (children: number, durability: Durability, rounds: number) => {
      const [name, bare] = [`w2.${children}.${durability}`, `w2.bare.${children}.${durability}`];
      if (!context.includes(name, bare, `${name}.cpu`, `${bare}.cpu`)) return;
      const runs: { own: Run; bare: Run }[] = [];
      const count = context.size(children, 40);
      for (let round = 0; round < context.size(rounds, 1); round++) {
        const own = await fanOut(context, count, durability);
        runs.push({ own, bare: await bareFanOut(context, count, durability) });
      }
      const add = (at: string, of: (run: { own: Run; bare: Run }) => number, unit: string) =>
        rows.push({ name: at, value: median(runs.map(of)), unit, n: count * stepsEach });
      add(name, run => run.own.rate, 'steps/s');
      add(`${name}.cpu`, run => run.own.cpu, 'us');
      add(bare, run => run.bare.rate, 'steps/s');
      add(`${bare}.cpu`, run => run.bare.cpu, 'us');
    };
    if (context.includes('w2.')) await fanOut(context, context.size(1_000, 20), 'process');
    await compare(100, 'power', 9);
    await compare(1_000, 'power', 3);
    await compare(10_000, 'power', 3);
    await compare(10_000, 'process', 3);
    return rows;
  },
};
