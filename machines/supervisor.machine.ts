/**
 * The root supervisor. Spawns root plans and decides which of them may execute: opening → recovering → running → draining → closed.
 * Does not know what plans do.
 * 1. At most `concurrency` root plans execute at once. The others wait in the order of their requests; those that have begun their work
 *    come before those that have not. A plan that waits for a person, a rate limit or an agent does not count, nor do subplans.
 * 2. A plan that crashes does not affect another; a plan that ends is removed at once.
 * 3. It has no list of its plans, so that its context stays small and a passivated plan needs no entry.
 */
import { assign, type DoneActorEvent, type ErrorActorEvent, enqueueActions, setup } from 'xstate';
import { TroupeError } from '../src/model/errors.ts';
import type { PlanEventPayload } from '../src/model/event.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import type { PlanOutput } from './effects.ts';
import { planMachine } from './plan/plan.machine.ts';
import type { SlotEvent } from './subplans/activity-events.ts';

/** Input of {@link supervisorMachine}. */
export interface SupervisorInput {
  /** Maximum number of root plans that execute at once. @default 4 */
  concurrency?: number;
}

/** Events of {@link supervisorMachine}. */
export type SupervisorEvent =
  /** Creates a root plan, whose actor has the system id `plan:<planId>` in the same turn. */
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
  /** Plans that wait for their first slot, and plans that released theirs and can continue; both in the order of their requests. */
  waiting: string[];
  resuming: string[];
}

/** The root supervisor machine, the parent of every root plan. */
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
    /** A plan that already has a slot gets `start` again: it may have sent its request before the first one arrived. */
    enqueueSlotRequest: enqueueActions(
      ({ context, enqueue }, { planId, resumes }: { planId: string; resumes: boolean }) => {
        if (context.executing.includes(planId)) enqueue.sendTo(planId, { type: 'start' });
        else if ([...context.waiting, ...context.resuming].includes(planId)) return;
        else if (resumes) enqueue.assign({ resuming: [...context.resuming, planId] });
        else enqueue.assign({ waiting: [...context.waiting, planId] });
      },
    ),
    /** Plans that have begun their work come first. */
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
    /** Active plans are restored with this actor, so nothing is left to do. */
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
    /** Creates no plans and grants no slots; executing plans continue to their end. */
    draining: { always: { guard: 'isIdle', target: 'closed' } },
    /** Waits for `open`; the plans stay as they are. */
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
