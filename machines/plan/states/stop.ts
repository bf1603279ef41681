import { planActions } from '../actions/phases.ts';
import { stopReasonText } from '../context.ts';

/** Called back by a cancel, a revert or a supervisor: children first, then the sandbox is captured and removed. */
export const stopping = planActions.createStateConfig({
  entry: ['stopMerge', 'clearMerge', 'clearSavedPosition', 'clearRollback', 'clearCorrection'],
  initial: 'routing',
  on: {
    cancel: { guard: 'isReverting', actions: { type: 'stopForCancel', params: ({ event }) => event } },
    expire: { guard: 'isReverting', actions: { type: 'stopForTimeout', params: ({ event }) => event } },
  },
  states: {
    routing: {
      always: [
        { guard: 'isApplyingPart', target: 'finishingPartialApply' },
        { guard: 'hasRunningSubplans', target: 'stoppingSubplans' },
        { target: 'childrenStopped' },
      ],
    },
    /** What is on its way home gets there first, or does not: it is never left half-way. */
    finishingPartialApply: { always: { guard: 'isNotApplyingPart', target: 'routing' } },
    stoppingSubplans: {
      entry: 'cancelSubplans',
      on: {
        'xstate.done.actor.subplans': {
          target: 'childrenStopped',
          actions: ['stopSubplans', { type: 'setSubplanResults', params: ({ event }) => ({ output: event.output }) }],
        },
        'xstate.error.actor.subplans': { target: 'childrenStopped', actions: ['stopSubplans', 'clearSubplans'] },
      },
    },
    childrenStopped: {
      always: [
        { guard: 'isReverting', target: '#plan.active.lifecycle.strategize.queued', actions: 'beginNewAttempt' },
        { guard: 'isNotStarted', target: 'ended' },
        /** Without a sandbox too: what it was looking at may be there still, left by a crash. */
        { target: 'archivingSandbox' },
      ],
    },
    archivingSandbox: {
      invoke: {
        id: 'archiveSandbox',
        src: 'archiveSandbox',
        input: ({ context }) => ({ spec: context.spec, sandbox: context.sandbox, reason: stopReasonText(context) }),
        onDone: {
          target: 'ended',
          actions: { type: 'setLeftoverTree', params: ({ event }) => ({ left: event.output }) },
        },
        onError: 'ended',
      },
    },
    ended: { always: [{ guard: 'isCancelled', target: '#plan.cancelled' }, { target: '#plan.failed' }] },
  },
});
