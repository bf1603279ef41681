/** Children at work, and their results folded together. Both actors outlive a pause: they are spawned, not invoked. */
import { faultIn } from '../failing.ts';
import { planSetup } from '../setup.ts';

export const supervising = planSetup.createStateConfig({
  on: {
    'xstate.done.actor.subplans': [
      {
        guard: { type: 'isGathered', params: ({ event }) => ({ outcome: event.output.outcome }) },
        target: 'merging',
        actions: ['stopGroup', { type: 'keepGroup', params: ({ event }) => ({ output: event.output }) }, 'beginMerge'],
      },
      {
        target: 'recovering',
        actions: [
          'stopGroup',
          { type: 'keepGroup', params: ({ event }) => ({ output: event.output }) },
          'keepComplete',
          { type: 'keepFault', params: ({ event }) => ({ error: faultIn(event.output) }) },
        ],
      },
    ],
  },
});

export const merging = planSetup.createStateConfig({
  on: {
    'merge.conflicted': {
      target: '#plan.open.alive.execute.conflicted',
      actions: { type: 'keepConflicts', params: ({ event }) => event },
    },
    'xstate.done.actor.merge': [
      {
        guard: { type: 'isMerged', params: ({ event }) => event.output },
        target: 'admitting',
        actions: ['stopMerge', 'dropMerge', { type: 'keepMerged', params: ({ event }) => ({ output: event.output }) }],
      },
      {
        target: 'recovering',
        actions: [
          'stopMerge',
          'dropMerge',
          {
            type: 'keepFault',
            params: ({ event }) => ({ error: faultIn(event.output) }),
          },
        ],
      },
    ],
  },
});
