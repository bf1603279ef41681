/** Children at work, and their results folded together. Both actors outlive a pause: they are spawned, not invoked. */
import { faultIn } from '../failing.ts';
import { land } from '../land.ts';
import { planSetup } from '../setup.ts';

export const supervising = planSetup.createStateConfig({
  on: {
    land,
    'xstate.done.actor.subplans': [
      {
        guard: { type: 'isGathered', params: ({ event }) => ({ outcome: event.output.outcome }) },
        target: 'gathered',
        actions: ['stopGroup', { type: 'keepGroup', params: ({ event }) => ({ output: event.output }) }],
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

/** All children are home. Where a part is still on its way there, what is merged begins with what it lands. */
export const gathered = planSetup.createStateConfig({
  always: { guard: 'landsNothing', target: 'merging', actions: 'beginMerge' },
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
