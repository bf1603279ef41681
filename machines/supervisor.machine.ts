/**
 * The root supervisor. Owns which root plans live, which of them may execute now, and the house's own life:
 * opening → recovering → running → draining → closed. Does not know what plans do.
 * 1. At most `concurrency` root plans execute at once; the others wait in the order they asked, those whose work is under way
 *    before those that are yet to begin. One that waits for a person, a rate limit or an agent does not count, nor do children.
 * 2. A plan that dies harms no other; a plan that ends leaves at once.
 * 3. It keeps no list of its plans: one that sleeps leaves memory without a word, so its context stays small.
 */
import { assign, type DoneActorEvent, type ErrorActorEvent, enqueueActions, setup } from 'xstate';
import { TroupeError } from '../src/model/errors.ts';
import type { PlanEventPayload } from '../src/model/event.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import type { PlanOutput } from './effects.ts';
import type { SlotEvent } from './plan/events.ts';
import { planMachine } from './plan/plan.machine.ts';

export interface SupervisorInput {
  /** Root plans executing at once. @default 4 */
  concurrency?: number;
}

export type SupervisorEvent =
  /** A new root plan, which nobody has heard of yet. It can be reached as `plan:<planId>` in the same turn. */
  | { type: 'plan.create'; spec: PlanSpec }
  | { type: 'setConcurrency'; concurrency: number }
  | { type: 'open' }
  | { type: 'drain' }
  | SlotEvent
  | DoneActorEvent<PlanOutput, string>
  | ErrorActorEvent<unknown, string>;

interface SupervisorContext {
  concurrency: number;
  executing: string[];
  /** Plans that wait for a slot to begin, and those that gave theirs back and could go on; first come first served. */
  waiting: string[];
  resuming: string[];
}

export const supervisorMachine = setup({
  types: {
    context: {} as SupervisorContext,
    events: {} as SupervisorEvent,
    input: {} as SupervisorInput,
    emitted: {} as PlanEventPayload,
  },
  actors: { plan: planMachine },
  guards: {
    canGrantSlot: ({ context: { executing, waiting, resuming, concurrency } }) =>
      waiting.length + resuming.length > 0 && executing.length < concurrency,
    isIdle: ({ context: { executing } }) => executing.length === 0,
  },
  actions: {
    createPlan: enqueueActions(({ enqueue }, { spec }: { spec: PlanSpec }) => {
      const { planId } = spec;
      enqueue.emit({ type: 'plan.created', planId, spec });
      enqueue.spawnChild('plan', { id: planId, systemId: `plan:${planId}`, input: { spec, usesSlots: true } });
    }),
    /** A plan that holds its turn already is told so again: it may have asked before it heard. */
    enqueueSlotRequest: enqueueActions(
      ({ context, enqueue }, { planId, resumes }: { planId: string; resumes: boolean }) => {
        if (context.executing.includes(planId)) enqueue.sendTo(planId, { type: 'start' });
        else if ([...context.waiting, ...context.resuming].includes(planId)) return;
        else if (resumes) enqueue.assign({ resuming: [...context.resuming, planId] });
        else enqueue.assign({ waiting: [...context.waiting, planId] });
      },
    ),
    /** Work that is under way goes on before other work begins. */
    grantSlots: enqueueActions(({ context, enqueue }) => {
      const next = [...context.resuming, ...context.waiting].slice(0, 1);
      for (const planId of next) {
        enqueue.assign({ ...withoutPlan(context, planId), executing: [...context.executing, planId] });
        enqueue.sendTo(planId, { type: 'start' });
      }
    }),
    releaseSlot: assign(({ context }, { planId }: { planId: string }) => withoutPlan(context, planId)),
    removePlan: enqueueActions(({ context, enqueue }, { actorId }: { actorId: string }) => {
      enqueue.assign(withoutPlan(context, actorId));
      enqueue.stopChild(actorId);
    }),
    emitCrash: enqueueActions(({ enqueue }, { actorId, error }: { actorId: string; error: unknown }) =>
      enqueue.emit({
        type: 'error.recorded',
        planId: actorId,
        phase: 'execute',
        error: TroupeError.serialize(error),
        details: { chart: 'died' },
      }),
    ),
    setConcurrency: assign((_, { concurrency }: { concurrency: number }) => ({ concurrency })),
  },
}).createMachine({
  id: 'runtime',
  options: { maxIterations: 1000 },
  context: ({ input }) => ({ concurrency: input?.concurrency ?? 4, executing: [], waiting: [], resuming: [] }),
  initial: 'opening',
  on: {
    'slot.requested': { actions: { type: 'enqueueSlotRequest', params: ({ event }) => event } },
    'slot.released': { actions: { type: 'releaseSlot', params: ({ event }) => event } },
    'xstate.done.actor.*': { actions: { type: 'removePlan', params: ({ event }) => event } },
    'xstate.error.actor.*': {
      actions: [
        { type: 'emitCrash', params: ({ event }) => event },
        { type: 'removePlan', params: ({ event }) => event },
      ],
    },
    setConcurrency: { actions: { type: 'setConcurrency', params: ({ event }) => event } },
    open: '.opening',
  },
  states: {
    opening: { always: 'recovering' },
    /** Plans that were awake are restored with this actor; nothing is left to do before new ones may come. */
    recovering: { always: 'running' },
    running: {
      tags: ['open'],
      always: { guard: 'canGrantSlot', actions: 'grantSlots' },
      on: {
        'plan.create': { actions: { type: 'createPlan', params: ({ event }) => event } },
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

function without(ids: readonly string[], removed: string): string[] {
  return ids.filter(id => id !== removed);
}

function withoutPlan({ executing, waiting, resuming }: SupervisorContext, planId: string): Partial<SupervisorContext> {
  return {
    executing: without(executing, planId),
    waiting: without(waiting, planId),
    resuming: without(resuming, planId),
  };
}
