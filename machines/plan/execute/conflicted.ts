import { made, specInForce, workplace } from '../context.ts';
import { collapsing } from '../failing.ts';
import { planSetup } from '../setup.ts';

/** Children changed the same lines. The files stand in the sandbox with markers; a person or a policy settles them. */
export const conflicted = planSetup.createStateConfig({
  tags: ['state:conflicted'],
  entry: { type: 'enter', params: { phase: 'execute', state: 'conflicted' } },
  initial: 'marking',
  on: {
    resolve: {
      guard: { type: 'isOpenConflict', params: ({ event }) => event },
      actions: { type: 'settle', params: ({ event }) => event },
    },
    'merge.reopened': { actions: { type: 'reopen', params: ({ event }) => event } },
    'merge.resumed': {
      guard: 'isSettled',
      target: '#plan.open.alive.execute.processing.merging',
      actions: 'forgetFault',
    },
  },
  states: {
    marking: {
      invoke: {
        id: 'place',
        src: 'place',
        input: ({ context }) => ({
          spec: specInForce(context),
          sandbox: workplace(context).sandbox,
          tree: made(context, 'mergedTree'),
        }),
        onDone: 'resting',
        onError: collapsing,
      },
    },
    resting: { tags: ['resting'], always: { guard: 'isSettled', target: 'settling' } },
    /** Every conflict has its resolution, and the merge is carrying them out. */
    settling: {
      on: { 'merge.reopened': { target: 'resting', actions: { type: 'reopen', params: ({ event }) => event } } },
    },
  },
});
