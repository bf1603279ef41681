/** What must hold of the house: who executes, and when it may close. */
import { type AnyEventObject, assign, type SnapshotFrom, spawnChild, stopChild } from 'xstate';
import { runtimeMachine } from '../../machines/index.ts';
import { idOf, specOf } from '../machines/spec.ts';
import type { World } from './explore.ts';
import { claim, emitted, sent } from './steps.ts';
import type { SeededFault, Theory } from './theorem.ts';

type Runtime = typeof runtimeMachine;

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
function house(limits: number[] = []): World<Runtime> {
  return {
    input: { concurrency },
    events: ({ children }) => [
      { type: 'drain' },
      { type: 'open' },
      ...limits.map(limit => ({ type: 'limit', concurrency: limit })),
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
}

const world = house();

const lying = (
  guard: string,
  lie: (args: { context: SnapshotFrom<Runtime>['context'] }) => boolean,
): SeededFault<Runtime> => ({ guard, machine: chart.provide({ guards: { [guard]: lie } }), world });

/** An action that does nothing. */
const silent = (action: string): SeededFault<Runtime> => ({
  guard: `${action}, which does nothing`,
  machine: chart.provide({ actions: { [action]: () => {} } }),
  world: house([0]),
});

const wants = ({ context }: SnapshotFrom<Runtime>) => context.returning.length + context.waiting.length > 0;
const newIn = (before: readonly string[], after: readonly string[]) => after.filter(planId => !before.includes(planId));

export const runtimeTheory: Theory<Runtime> = {
  machine: chart,
  worlds: [world, house([0, 1])],
  theorems: [
    {
      theorem: 'Never more root plans execute than the limit',
      claims: [
        claim(
          ({ from, to }) => newIn(from.context.executing, to.context.executing).length > 0,
          ({ to: { context } }) => context.executing.length <= context.concurrency,
        ),
      ],
      faults: [lying('mayAdmit', wants as never)],
    },
    {
      theorem: 'What plans ask, give back and end with is kept; one that died is not waited for, and its death is told',
      claims: [
        claim(
          ({ event }) => /^xstate\.(done|error)\.actor\./.test(event.type),
          ({ event, to: { context, children } }) =>
            !(event.actorId in children) &&
            [...context.executing, ...context.waiting, ...context.returning].every(planId => planId in children),
        ),
        claim(
          ({ event, from }) => event.type === 'plan.used' && from.value === 'running',
          ({ event, to }) => event.spec.planId in to.children,
        ),
        claim(
          ({ event }) => event.type === 'limit',
          ({ event, to }) => to.context.concurrency === event.concurrency,
        ),
        claim(
          ({ event }) => event.type === 'slot.freed',
          ({ event, to: { context } }) =>
            ![...context.executing, ...context.waiting, ...context.returning].includes(event.planId),
        ),
        claim(
          ({ event }) => event.type === 'slot.wanted',
          ({ event, to: { context } }) =>
            [...context.executing, ...context.waiting, ...context.returning].includes(event.planId),
        ),
        claim(
          ({ event }) => event.type.startsWith('xstate.error.actor.'),
          step => emitted(step, 'error.recorded').length === 1,
        ),
      ],
      faults: [
        ...['enlist', 'noteWish', 'takeBack', 'letGo', 'tellDeath', 'keepLimit'].map(silent),
        {
          guard: 'a slot that dies with its plan',
          machine: chart.provide({
            actions: { letGo: stopChild(({ event }) => (event as { actorId?: string }).actorId ?? '') },
          }),
          world,
        },
      ],
    },
    {
      theorem: 'Work that is under way goes on before other work begins, and what wants a slot that is free has it',
      claims: [
        claim(
          ({ from, to }) => newIn(from.context.executing, to.context.executing).length > 0,
          ({ from, to }) =>
            from.context.returning.every(planId => !to.context.returning.includes(planId)) ||
            newIn(from.context.executing, to.context.executing).every(planId => !from.context.waiting.includes(planId)),
        ),
        claim(
          ({ to }) => to.value === 'running' && wants(to),
          ({ to: { context } }) => context.executing.length >= context.concurrency,
        ),
      ],
      faults: [
        lying('mayAdmit', () => false),
        lying(
          'mayAdmit',
          ({ context: { waiting, executing } }) => waiting.length > 0 && executing.length < concurrency,
        ),
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
      theorem: 'Whoever is given a slot is told, and whoever asks again that has one is told again',
      claims: [
        claim(
          ({ from, to }) => newIn(from.context.executing, to.context.executing).length > 0,
          step =>
            newIn(step.from.context.executing, step.to.context.executing).every(planId =>
              sent(step).some(({ to, event }) => to === planId && event.type === 'start'),
            ),
        ),
      ],
      faults: [
        {
          guard: 'a slot that is given in silence',
          machine: chart.provide({
            actions: {
              admit: assign(({ context: { executing, waiting } }) => ({
                executing: [...executing, ...waiting.slice(0, 1)],
                waiting: waiting.slice(1),
                returning: [],
              })),
            },
          }),
          world,
        },
      ],
    },
    {
      theorem: 'The house closes only when nobody executes, and lets nobody in while it closes',
      claims: [
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
      faults: [lying('isIdle', () => true), lying('isIdle', () => false)],
    },
  ],
};
