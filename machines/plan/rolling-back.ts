/**
 * Back to a checkpoint, all or nothing. What is under way is held first, as in a pause. Until the files are back nothing
 * else has changed: if that fails, the plan goes on from where it was. After it nothing can fail any more: the children
 * are called back, and in one turn the machine is what it was at the checkpoint and what was recorded since holds no longer.
 */
import { callingBack } from './calling-back.ts';
import { rollbackOf, sandboxOf, specInForce, treeLeft } from './context.ts';
import { planSetup } from './setup.ts';

export const rollingBack = planSetup.createStateConfig({
  initial: 'returning',
  states: {
    returning: {
      invoke: {
        id: 'rollback',
        src: 'rollback',
        input: ({ context }) => ({
          spec: specInForce(context),
          sandbox: sandboxOf(context),
          order: rollbackOf(context).order,
          expected: treeLeft(context),
        }),
        onDone: {
          target: 'callingBack',
          actions: { type: 'keepReturned', params: ({ event }) => ({ found: event.output }) },
        },
        onError: [
          {
            guard: 'wasPaused',
            target: '#plan.open.paused',
            actions: [{ type: 'tellUnreturned', params: ({ event }) => ({ error: event.error }) }, 'dropOrder'],
          },
          {
            target: '#plan.open.resuming.admitting',
            actions: [{ type: 'tellUnreturned', params: ({ event }) => ({ error: event.error }) }, 'dropOrder'],
          },
        ],
      },
    },
    callingBack: callingBack('#plan.open.rollingBack.calledBack'),
    /** A child goes on at once: its parent waits. */
    calledBack: {
      always: [
        { guard: 'isChild', target: '#plan.open.alive.execute.queued', actions: 'takeBack' },
        { target: '#plan.open.alive.execute.queued.returned', actions: 'takeBack' },
      ],
    },
  },
});
