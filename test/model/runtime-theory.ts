/** What must hold of the house: who executes, and when it may close. */
import { type AnyEventObject, assign, spawnChild } from 'xstate';
import { runtimeMachine } from '../../machines/index.ts';
import { idOf, specOf } from '../machines/spec.ts';
import type { World } from './explore.ts';
import type { Theory } from './theorem.ts';

const plans = ['A', 'B', 'C'].map(idOf);
const concurrency = 2;

/** All states of a walk share one system, in which a name can be given once only: here plans have none. */
const chart = runtimeMachine.provide({
  actions: {
    enlist: spawnChild('plan', {
      id: ({ event }) => (event as { spec: { planId: string } }).spec.planId,
      input: ({ event }) => ({ spec: (event as { spec: ReturnType<typeof specOf> }).spec }),
    }),
  },
});

/** Plans come, ask, give back and end; only those that are there say anything. */
const world: World<typeof runtimeMachine> = {
  input: { concurrency },
  events: ({ children }) => [
    { type: 'drain' },
    { type: 'open' },
    ...plans.filter(planId => !(planId in children)).map(planId => ({ type: 'plan.used', spec: specOf({ planId }) })),
    ...Object.keys(children).flatMap((planId): AnyEventObject[] => [
      { type: 'slot.wanted', planId, returns: false },
      { type: 'slot.wanted', planId, returns: true },
      { type: 'slot.freed', planId },
      { type: `xstate.done.actor.${planId}`, actorId: planId, output: { outcome: 'applied', planId } },
      { type: `xstate.error.actor.${planId}`, actorId: planId, error: new TypeError('bug') },
    ]),
  ],
  key: ({ value, context, children }) => JSON.stringify([value, context, Object.keys(children).sort()]),
};

export const runtimeTheory: Theory<typeof runtimeMachine> = {
  machine: chart,
  worlds: [world],
  theorems: [
    {
      theorem: 'Never more root plans execute than the limit, and none that is not there',
      broken: ({ to }) =>
        to.context.executing.length > concurrency ||
        [...to.context.executing, ...to.context.waiting, ...to.context.returning].some(
          planId => !(planId in to.children),
        ),
      faults: [
        {
          guard: 'mayAdmit',
          machine: chart.provide({ guards: { mayAdmit: ({ context }) => context.waiting.length > 0 } }),
          world,
        },
      ],
    },
    {
      theorem: 'Work that is under way goes on before other work begins, and what wants a slot that is free has it',
      broken: ({ from, to }) =>
        (from.context.returning.length > 0 &&
          to.context.executing.some(planId => from.context.waiting.includes(planId)) &&
          from.context.returning.some(planId => to.context.returning.includes(planId))) ||
        (to.value === 'running' &&
          to.context.executing.length < concurrency &&
          to.context.returning.length + to.context.waiting.length > 0),
      faults: [
        {
          guard: 'mayAdmit',
          machine: chart.provide({
            guards: {
              mayAdmit: ({ context: { waiting, executing } }) => waiting.length > 0 && executing.length < concurrency,
            },
          }),
          world,
        },
        {
          guard: 'first come, first served whoever comes',
          machine: chart.provide({
            actions: {
              admit: assign(({ context: { executing, waiting, returning } }) => {
                const [next = ''] = [...waiting, ...returning];
                return {
                  executing: [...executing, next],
                  waiting: waiting.filter(planId => planId !== next),
                  returning: returning.filter(planId => planId !== next),
                };
              }),
            },
          }),
          world,
        },
      ],
    },
    {
      theorem: 'The house closes only when nobody executes, and lets nobody in while it closes',
      broken: ({ from, event, to }) =>
        (to.value === 'closed' && to.context.executing.length > 0) ||
        (from.value !== 'running' &&
          event.type !== 'open' &&
          to.context.executing.length > from.context.executing.length),
      faults: [{ guard: 'isIdle', machine: chart.provide({ guards: { isIdle: () => true } }), world }],
    },
  ],
};
