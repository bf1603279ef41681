import { made, specInForce, workplace } from '../context.ts';
import { collapsing } from '../failing.ts';
import { land } from '../land.ts';
import { planSetup } from '../setup.ts';

/** Children changed the same lines. The files stand in the sandbox with markers; a person or a policy settles them. */
export const conflicted = planSetup.createStateConfig({
  tags: ['state:conflicted'],
  entry: { type: 'enter', params: { phase: 'execute', state: 'conflicted' } },
  initial: 'marking',
  on: {
    resolve: {
      guard: { type: 'isOpenConflict', params: ({ event }) => event },
      target: '.settling',
      actions: { type: 'settle', params: ({ event }) => event },
    },
    'merge.conflicted': { target: '.marking', actions: { type: 'keepConflicts', params: ({ event }) => event } },
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
          toSee: true,
        }),
        onDone: 'resting',
        onError: collapsing,
      },
    },
    resting: { tags: ['resting'], on: { land } },
    /** The merge is carrying out what it was told. It says when something is left, or goes on. */
    settling: { exit: 'withdrawApprovals' },
  },
});
