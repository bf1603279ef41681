/** Children at work, and their results folded together. Both actors outlive a pause: they are spawned, not invoked. */
import { Fault, type StoredFault } from '../../../src/model/fault.ts';
import type { SubplansOutput } from '../../subplans/protocol.ts';
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
          { type: 'keepFault', params: ({ event }) => ({ error: faultOf(event.output) }) },
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
            params: ({ event }) => ({ error: 'fault' in event.output ? event.output.fault : null }),
          },
        ],
      },
    ],
  },
});

function faultOf(output: SubplansOutput): StoredFault {
  if (output.outcome === 'failed') return output.fault;
  const reason = output.outcome === 'cancelled' ? output.reason : 'the group ended';
  return new Fault('CANCELLED', `The subplans were cancelled: ${reason}`).toJSON();
}
