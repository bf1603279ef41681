/** What must hold of the supervisor: which plans execute, and when it may close. */
import { type AnyEventObject, assign, type SnapshotFrom, spawnChild, stopChild } from 'xstate';
import { supervisorMachine } from '../../machines/index.ts';
import { sampleSpec, ulidOf } from '../machines/fixtures.ts';
import type { World } from './explore.ts';
import type { Model, SeededMutation } from './property.ts';
import { claim, emitted, sent, takes, takesAnswersOf } from './steps.ts';

type Runtime = typeof supervisorMachine;

const plans = ['A', 'B', 'C'].map(ulidOf);
const concurrency = 2;

/** All states of a walk share one system, in which a name can be given once only: here plans have none. */
const chart = supervisorMachine.provide({
  actions: {
    createPlan: spawnChild('plan', {
      id: ({ event }) => (event as { spec: { planId: string } }).spec.planId,
      input: ({ event }) => ({ spec: (event as { spec: ReturnType<typeof sampleSpec> }).spec }),
    }),
  },
});

/** Plans come, ask, give back and end; only those that are there say anything. */
function supervisorWorld(limits: number[] = []): World<Runtime> {
  return {
    input: { concurrency },
    events: ({ children }) => [
      { type: 'drain' },
      { type: 'open' },
      ...limits.map(limit => ({ type: 'setConcurrency', concurrency: limit })),
      ...plans
        .filter(planId => !(planId in children))
        .map(planId => ({ type: 'plan.create', spec: sampleSpec({ planId }) })),
      ...Object.keys(children).flatMap((planId): AnyEventObject[] => [
        { type: 'slot.requested', planId, resumes: false },
        { type: 'slot.requested', planId, resumes: true },
        { type: 'slot.released', planId },
        { type: `xstate.done.actor.${planId}`, actorId: planId, output: { outcome: 'applied', planId } },
        { type: `xstate.error.actor.${planId}`, actorId: planId, error: new TypeError('bug') },
      ]),
    ],
    key: ({ value, context, children }) => JSON.stringify([value, context, Object.keys(children).sort()]),
  };
}

const world = supervisorWorld();

const withGuard = (
  guard: string,
  lie: (args: { context: SnapshotFrom<Runtime>['context'] }) => boolean,
): SeededMutation<Runtime> => ({ guard, machine: chart.provide({ guards: { [guard]: lie } }), world });

/** An action that does nothing. */
const withoutAction = (action: string): SeededMutation<Runtime> => ({
  guard: `${action}, which does nothing`,
  machine: chart.provide({ actions: { [action]: () => {} } }),
  world: supervisorWorld([0]),
});

const wants = ({ context }: SnapshotFrom<Runtime>) => context.resuming.length + context.waiting.length > 0;
const newIn = (before: readonly string[], after: readonly string[]) => after.filter(planId => !before.includes(planId));

export const supervisorModel: Model<Runtime> = {
  machine: chart,
  worlds: [world, supervisorWorld([0, 1])],
  properties: [
    {
      property: 'Never more root plans execute than the limit',
      claims: [
        claim(
          ({ from, to }) => newIn(from.context.executing, to.context.executing).length > 0,
          ({ to: { context } }) => context.executing.length <= context.concurrency,
        ),
      ],
      mutations: [withGuard('canGrantSlot', wants as never)],
    },
    {
      property:
        'Requests, releases and ends of plans are recorded; a crashed plan is not waited for, and its crash is emitted',
      claims: [
        claim(
          ({ event }) => /^xstate\.(done|error)\.actor\./.test(event.type),
          ({ event, to: { context, children } }) =>
            !(event.actorId in children) &&
            [...context.executing, ...context.waiting, ...context.resuming].every(planId => planId in children),
        ),
        takesAnswersOf(world),
        claim(
          ({ event, from }) => event.type === 'plan.create' && from.value === 'running',
          ({ event, to }) => event.spec.planId in to.children,
        ),
        claim(
          ({ event }) => event.type === 'setConcurrency',
          ({ event, to }) => to.context.concurrency === event.concurrency,
        ),
        claim(
          ({ event }) => event.type === 'slot.released',
          ({ event, to: { context } }) =>
            ![...context.executing, ...context.waiting, ...context.resuming].includes(event.planId),
        ),
        claim(
          ({ event }) => event.type === 'slot.requested',
          ({ event, to: { context } }) =>
            [...context.executing, ...context.waiting, ...context.resuming].includes(event.planId),
        ),
        claim(
          ({ event }) => event.type.startsWith('xstate.error.actor.'),
          step => emitted(step, 'error.recorded').length === 1,
        ),
      ],
      mutations: [
        ...['createPlan', 'enqueueSlotRequest', 'releaseSlot', 'removePlan', 'emitCrash', 'setConcurrency'].map(
          withoutAction,
        ),
        {
          guard: 'a slot that dies with its plan',
          machine: chart.provide({
            actions: { removePlan: stopChild(({ event }) => (event as { actorId?: string }).actorId ?? '') },
          }),
          world,
        },
      ],
    },
    {
      property: 'Work that is under way goes on before other work begins, and what wants a slot that is free has it',
      claims: [
        claim(
          ({ from, to }) => newIn(from.context.executing, to.context.executing).length > 0,
          ({ from, to }) =>
            from.context.resuming.every(planId => !to.context.resuming.includes(planId)) ||
            newIn(from.context.executing, to.context.executing).every(planId => !from.context.waiting.includes(planId)),
        ),
        claim(
          ({ to }) => to.value === 'running' && wants(to),
          ({ to: { context } }) => context.executing.length >= context.concurrency,
        ),
      ],
      mutations: [
        withGuard('canGrantSlot', () => false),
        withGuard(
          'canGrantSlot',
          ({ context: { waiting, executing } }) => waiting.length > 0 && executing.length < concurrency,
        ),
        {
          guard: 'first come, first served for any plan',
          machine: chart.provide({
            actions: {
              grantSlots: assign(({ context: { executing, waiting, resuming } }) => {
                const [next = ''] = [...waiting, ...resuming];
                return {
                  executing: [...executing, next],
                  waiting: waiting.filter(planId => planId !== next),
                  resuming: resuming.filter(planId => planId !== next),
                };
              }),
            },
          }),
          world,
        },
      ],
    },
    {
      property: 'A plan that gets a slot is notified, and one that asks again while it has one is notified again',
      claims: [
        claim(
          ({ from, to }) => newIn(from.context.executing, to.context.executing).length > 0,
          step =>
            newIn(step.from.context.executing, step.to.context.executing).every(planId =>
              sent(step).some(({ to, event }) => to === planId && event.type === 'start'),
            ),
        ),
      ],
      mutations: [
        {
          guard: 'a slot that is given in silence',
          machine: chart.provide({
            actions: {
              grantSlots: assign(({ context: { executing, waiting } }) => ({
                executing: [...executing, ...waiting.slice(0, 1)],
                waiting: waiting.slice(1),
                resuming: [],
              })),
            },
          }),
          world,
        },
      ],
    },
    {
      property:
        'The supervisor closes only when no plan executes, accepts no plans while it closes, and can be opened again',
      claims: [
        takes(({ value }) => value !== 'running', { type: 'open' }),
        claim(
          ({ event }) => event.type === 'open',
          ({ to }) => to.value === 'running',
        ),
        claim(
          ({ to, isNew }) => isNew && to.value === 'running',
          ({ to }) => !to.can({ type: 'open' }),
        ),
        claim(
          ({ to }) => to.value === 'closed',
          ({ to }) => to.context.executing.length === 0,
        ),
        claim(
          ({ from, event }) => from.value !== 'running' && event.type !== 'open',
          ({ from, to }) => to.context.executing.length <= from.context.executing.length,
        ),
        claim(
          ({ from, event }) => event.type === 'drain' && from.context.executing.length === 0,
          ({ to }) => to.value === 'closed',
        ),
      ],
      mutations: [withGuard('isIdle', () => true), withGuard('isIdle', () => false)],
    },
  ],
};
