/**
 * The system that is killed. One command touches three actors, spawns a fourth with an effect of one step, sets a timer and
 * emits a fact, all in one turn; what must be equal afterwards is counted in several places.
 */
import {
  type AnyActorRef,
  assign,
  createMachine,
  type DoneActorEvent,
  emit,
  enqueueActions,
  fromPromise,
  raise,
  sendParent,
  sendTo,
  setup,
  stopChild,
} from 'xstate';
import { type EffectContext, effect } from '../../src/durable/effect.ts';
import { effectRuntimeOf } from '../../src/durable/effect-runtime.ts';

export const planCount = 6;

interface Command {
  type: 'CMD';
  cmd: string;
  amount: number;
  delayMs: number;
}

type WriteEffect = (key: string, cmd: string) => Promise<void>;

const ledger = setup({
  types: {} as { context: { total: number; n: number }; events: { type: 'ADD'; amount: number } },
}).createMachine({
  context: { total: 0, n: 0 },
  on: {
    ADD: {
      actions: assign({
        total: ({ context, event }) => context.total + event.amount,
        n: ({ context }) => context.n + 1,
      }),
    },
  },
});

/** The real effect, and the mutant that acts before the batch that asked for it is on disk. */
function createWorkEffect(act: WriteEffect, hasty: boolean) {
  if (hasty) {
    return fromPromise<string, { cmd: string }>(async ({ input, self, system }) => {
      const host = effectRuntimeOf(system);
      await act(host.keyOf(self), input.cmd);
      host.emit(self._parent as AnyActorRef, { type: 'acted', cmd: input.cmd });
      return input.cmd;
    });
  }
  return effect<{ cmd: string }, string>(async ({ input, key, step }: EffectContext<{ cmd: string }>) => {
    const events = () => [{ type: 'acted', cmd: input.cmd }];
    await step('act', () => act(key, input.cmd), { emit: events });
    return input.cmd;
  });
}

const createJobMachine = (act: WriteEffect, hasty: boolean) =>
  setup({
    types: {} as { context: { cmd: string }; input: { cmd: string } },
    actors: { work: createWorkEffect(act, hasty) },
  }).createMachine({
    context: ({ input }) => ({ cmd: input.cmd }),
    initial: 'working',
    states: {
      working: {
        invoke: { id: 'work', src: 'work', input: ({ context }) => ({ cmd: context.cmd }), onDone: 'reported' },
      },
      reported: { type: 'final', entry: sendParent(({ context }) => ({ type: 'JOB_DONE', cmd: context.cmd })) },
    },
  });

const createPlanMachine = (act: WriteEffect, hasty: boolean) =>
  setup({
    types: {} as {
      context: { sum: number; n: number; done: number; ticks: number };
      events: Command | { type: 'JOB_DONE'; cmd: string } | { type: 'TICK' } | DoneActorEvent;
      emitted: { type: 'applied'; cmd: string };
    },
    actors: { job: createJobMachine(act, hasty) },
  }).createMachine({
    context: { sum: 0, n: 0, done: 0, ticks: 0 },
    on: {
      CMD: {
        actions: [
          assign({ sum: ({ context, event }) => context.sum + event.amount, n: ({ context }) => context.n + 1 }),
          sendTo(
            ({ system }) => system.get('ledger'),
            ({ event }) => ({ type: 'ADD', amount: event.amount }),
          ),
          enqueueActions(({ enqueue, context, event }) => {
            enqueue.spawnChild('job', { id: `job ${context.n}`, input: { cmd: event.cmd } });
          }),
          emit(({ event }) => ({ type: 'applied' as const, cmd: event.cmd })),
          raise({ type: 'TICK' }, { delay: ({ event }) => event.delayMs, id: undefined }),
        ],
      },
      JOB_DONE: { actions: assign({ done: ({ context }) => context.done + 1 }) },
      TICK: { actions: assign({ ticks: ({ context }) => context.ticks + 1 }) },
      'xstate.done.actor.*': { actions: stopChild(({ event }) => (event as DoneActorEvent).actorId) },
    },
  });

export const createRootMachine = (act: WriteEffect, hasty: boolean) =>
  setup({ actors: { ledger, plan: createPlanMachine(act, hasty), idle: createMachine({}) } }).createMachine({
    id: 'root',
    entry: enqueueActions(({ enqueue }) => {
      enqueue.spawnChild('ledger', { id: 'ledger', systemId: 'ledger' });
      for (let at = 0; at < planCount; at++) enqueue.spawnChild('plan', { id: `plan${at}`, systemId: `plan${at}` });
    }),
  });
