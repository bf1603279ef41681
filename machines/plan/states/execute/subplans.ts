/** Children at work, and their results folded together. Both actors outlive a pause: they are spawned, not invoked. */

import { planActions } from '../../actions/phases.ts';
import { errorFromOutput } from '../../transitions.ts';
import { applyPart } from '../apply-part.ts';

export const runningSubplans = planActions.createStateConfig({
  on: {
    applyPart,
    'xstate.done.actor.subplans': [
      {
        guard: { type: 'isSubplansComplete', params: ({ event }) => ({ outcome: event.output.outcome }) },
        target: 'subplansDone',
        actions: ['stopSubplans', { type: 'setSubplanResults', params: ({ event }) => ({ output: event.output }) }],
      },
      {
        target: 'recovering',
        actions: [
          'stopSubplans',
          { type: 'setSubplanResults', params: ({ event }) => ({ output: event.output }) },
          'setReusablePlans',
          { type: 'setError', params: ({ event }) => ({ error: errorFromOutput(event.output) }) },
        ],
      },
    ],
  },
});

/** All children are home. Where a part is still on its way there, what is merged begins with what it lands. */
export const subplansDone = planActions.createStateConfig({
  always: { guard: 'isNotApplyingPart', target: 'merging', actions: 'startMerge' },
});

export const merging = planActions.createStateConfig({
  on: {
    'merge.conflicted': {
      target: '#plan.active.lifecycle.execute.conflicted',
      actions: { type: 'setConflicts', params: ({ event }) => event },
    },
    'xstate.done.actor.merge': [
      {
        guard: { type: 'isMerged', params: ({ event }) => event.output },
        target: 'acquiringSlot',
        actions: [
          'stopMerge',
          'clearMerge',
          { type: 'setMergedTree', params: ({ event }) => ({ output: event.output }) },
        ],
      },
      {
        target: 'recovering',
        actions: [
          'stopMerge',
          'clearMerge',
          {
            type: 'setError',
            params: ({ event }) => ({ error: errorFromOutput(event.output) }),
          },
        ],
      },
    ],
  },
});
