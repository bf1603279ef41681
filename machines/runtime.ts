/**
 * The root supervisor. Owns which root plans live, which of them may execute now, and the house's own life:
 * opening → recovering → running → draining → closed. Does not know what plans do.
 * 1. At most `concurrency` root plans execute at once; the others wait in the order they asked, those whose work is under way
 *    before those that are yet to begin. One that waits for a person, a rate limit or an agent does not count, nor do children.
 * 2. A plan that dies harms no other; a plan that ends leaves at once.
 * 3. It keeps no list of its plans: one that sleeps leaves memory without a word, so its context stays small.
 */
import { assign, type DoneActorEvent, type ErrorActorEvent, enqueueActions, setup } from 'xstate';
import type { PlanFact } from '../src/model/event.ts';
import { Fault } from '../src/model/fault.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import type { PlanOutput } from './contract.ts';
import { planMachine } from './plan/index.ts';
import type { GateRequest } from './plan/protocol.ts';

export interface RuntimeInput {
  /** Root plans executing at once. @default 4 */
  concurrency?: number;
}

export type RuntimeSignal =
  /** A new root plan, which nobody has heard of yet. It can be reached as `plan:<planId>` in the same turn. */
  | { type: 'plan.used'; spec: PlanSpec }
  | { type: 'limit'; concurrency: number }
  | { type: 'open' }
  | { type: 'drain' }
  | GateRequest
  | DoneActorEvent<PlanOutput, string>
  | ErrorActorEvent<unknown, string>;

interface RuntimeContext {
  concurrency: number;
  executing: string[];
  /** Plans that wait for a slot to begin, and those that gave theirs back and could go on; first come first served. */
  waiting: string[];
  returning: string[];
}

export const runtimeMachine = setup({
  types: {
    context: {} as RuntimeContext,
    events: {} as RuntimeSignal,
    input: {} as RuntimeInput,
    emitted: {} as PlanFact,
  },
  actors: { plan: planMachine },
  guards: {
    mayAdmit: ({ context: { executing, waiting, returning, concurrency } }) =>
      waiting.length + returning.length > 0 && executing.length < concurrency,
    isIdle: ({ context: { executing } }) => executing.length === 0,
  },
  actions: {
    enlist: enqueueActions(({ enqueue }, { spec }: { spec: PlanSpec }) => {
      const { planId } = spec;
      enqueue.emit({ type: 'plan.created', planId, spec });
      enqueue.spawnChild('plan', { id: planId, systemId: `plan:${planId}`, input: { spec, gated: true } });
    }),
    /** A plan that holds its turn already is told so again: it may have asked before it heard. */
    noteWish: enqueueActions(({ context, enqueue }, { planId, returns }: { planId: string; returns: boolean }) => {
      if (context.executing.includes(planId)) enqueue.sendTo(planId, { type: 'start' });
      else if ([...context.waiting, ...context.returning].includes(planId)) return;
      else if (returns) enqueue.assign({ returning: [...context.returning, planId] });
      else enqueue.assign({ waiting: [...context.waiting, planId] });
    }),
    /** Work that is under way goes on before other work begins. */
    admit: enqueueActions(({ context, enqueue }) => {
      const next = [...context.returning, ...context.waiting].slice(0, 1);
      for (const planId of next) {
        enqueue.assign({ ...forget(context, planId), executing: [...context.executing, planId] });
        enqueue.sendTo(planId, { type: 'start' });
      }
    }),
    takeBack: assign(({ context }, { planId }: { planId: string }) => forget(context, planId)),
    letGo: enqueueActions(({ context, enqueue }, { actorId }: { actorId: string }) => {
      enqueue.assign(forget(context, actorId));
      enqueue.stopChild(actorId);
    }),
    tellDeath: enqueueActions(({ enqueue }, { actorId, error }: { actorId: string; error: unknown }) =>
      enqueue.emit({
        type: 'error.recorded',
        planId: actorId,
        phase: 'execute',
        fault: Fault.store(error),
        details: { chart: 'died' },
      }),
    ),
    keepLimit: assign((_, { concurrency }: { concurrency: number }) => ({ concurrency })),
  },
}).createMachine({
  id: 'runtime',
  options: { maxIterations: 1000 },
  context: ({ input }) => ({ concurrency: input?.concurrency ?? 4, executing: [], waiting: [], returning: [] }),
  initial: 'opening',
  on: {
    'slot.wanted': { actions: { type: 'noteWish', params: ({ event }) => event } },
    'slot.freed': { actions: { type: 'takeBack', params: ({ event }) => event } },
    'xstate.done.actor.*': { actions: { type: 'letGo', params: ({ event }) => event } },
    'xstate.error.actor.*': {
      actions: [
        { type: 'tellDeath', params: ({ event }) => event },
        { type: 'letGo', params: ({ event }) => event },
      ],
    },
    limit: { actions: { type: 'keepLimit', params: ({ event }) => event } },
    open: '.opening',
  },
  states: {
    opening: { always: 'recovering' },
    /** Plans that were awake are restored with this actor; nothing is left to do before new ones may come. */
    recovering: { always: 'running' },
    running: {
      tags: ['open'],
      always: { guard: 'mayAdmit', actions: 'admit' },
      on: {
        'plan.used': { actions: { type: 'enlist', params: ({ event }) => event } },
        open: {},
        drain: 'draining',
      },
    },
    /** Nobody new and no new turns; who executes goes on to its end. */
    draining: { always: { guard: 'isIdle', target: 'closed' } },
    /** Rests until it is opened again; the plans stay as they are. */
    closed: {},
  },
});

function without(ids: readonly string[], gone: string): string[] {
  return ids.filter(id => id !== gone);
}

function forget({ executing, waiting, returning }: RuntimeContext, planId: string): Partial<RuntimeContext> {
  return {
    executing: without(executing, planId),
    waiting: without(waiting, planId),
    returning: without(returning, planId),
  };
}
