import { recallReason } from './context.ts';
import { planSetup } from './setup.ts';

/** Called back by a cancel, a revert or a supervisor: children first, then the sandbox is captured and removed. */
export const recalling = planSetup.createStateConfig({
  entry: ['stopMerge', 'dropMerge', 'forgetPlace', 'dropOrder', 'dropCorrection'],
  initial: 'deciding',
  on: {
    cancel: { guard: 'isReverting', actions: { type: 'recallToCancel', params: ({ event }) => event } },
    expire: { guard: 'isReverting', actions: { type: 'recallToExpire', params: ({ event }) => event } },
  },
  states: {
    deciding: {
      always: [
        { guard: 'isLanding', target: 'landing' },
        { guard: 'isGrouped', target: 'dispersing' },
        { target: 'scattered' },
      ],
    },
    /** What is on its way home gets there first, or does not: it is never left half-way. */
    landing: { always: { guard: 'landsNothing', target: 'deciding' } },
    dispersing: {
      entry: 'callBackGroup',
      on: {
        'xstate.done.actor.subplans': {
          target: 'scattered',
          actions: ['stopGroup', { type: 'keepGroup', params: ({ event }) => ({ output: event.output }) }],
        },
        'xstate.error.actor.subplans': { target: 'scattered', actions: ['stopGroup', 'dropGroup'] },
      },
    },
    scattered: {
      always: [
        { guard: 'isReverting', target: '#plan.open.alive.strategize.queued', actions: 'startOver' },
        { guard: 'isUntouched', target: 'ended' },
        /** Without a sandbox too: what it was looking at may be there still, left by a crash. */
        { target: 'dismissing' },
      ],
    },
    dismissing: {
      invoke: {
        id: 'dismiss',
        src: 'dismiss',
        input: ({ context }) => ({ spec: context.spec, sandbox: context.sandbox, reason: recallReason(context) }),
        onDone: { target: 'ended', actions: { type: 'keepLeft', params: ({ event }) => ({ left: event.output }) } },
        onError: 'ended',
      },
    },
    ended: { always: [{ guard: 'isCancelled', target: '#plan.cancelled' }, { target: '#plan.failed' }] },
  },
});
