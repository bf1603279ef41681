/**
 * A group of subplans under one cap. The coordinator counts slots and ends; its shards (up to 64 members each) know
 * whose turn it is; each member has its own actor, which owns its spec, its attempts and its status. So a group of any
 * size writes little at each step, and no supervisor has more than 64 children.
 * 1. Never more members running than the cap; the rest wait, and that is not charged to their time limit.
 * 2. Slots go to the lowest shard that wants one: the recorded order, in every mode.
 * 3. A final failure fails the group after the others have finished, or at once with `failFast`; no result that comes
 *    after that is merged.
 * 4. Every plan is created at once, before any runs.
 * 5. With the budget used up the group ends as with `failFast`, and says which budget.
 * 6. A member that waits gives its slot back, and goes on before others start. When no member is at work the group gives back the
 *    slot of the plan above, and starts no member until that has one again.
 * 7. A held group does not end, so that its parent is there to hear of it.
 */
import { createSubplansContext, subplansOutput } from './context.ts';
import { subplansSetup } from './setup.ts';

export const subplansMachine = subplansSetup.createMachine({
  id: 'subplans',
  options: { maxIterations: 1000 },
  context: ({ input }) => createSubplansContext(input),
  entry: 'spawnShards',
  initial: 'init',
  on: {
    'child.finished': {
      actions: [
        { type: 'countFinished', params: ({ event }) => event },
        { type: 'notifyDependents', params: ({ event }) => event },
      ],
    },
    'slot.requested': { actions: { type: 'enqueueSlotRequest', params: ({ event }) => event } },
    'slot.released': { actions: { type: 'recordSlotReleased', params: ({ event }) => event } },
    'slot.granted': { actions: 'acquireSlot' },
    'slot.declined': { actions: 'reclaimSlot' },
    pause: { actions: ['setPaused', { type: 'forward', params: ({ event }) => event }] },
    rebase: { actions: { type: 'forwardBase', params: ({ event }) => event } },
    resume: { actions: ['setResumed', { type: 'forward', params: ({ event }) => event }] },
  },
  states: {
    init: { always: [{ guard: 'isUnschedulable', target: 'failed' }, { target: 'running' }] },
    running: {
      always: [
        { guard: 'allEnded', target: 'collecting' },
        { guard: 'mustCancel', target: 'cancelling' },
        { guard: 'canGrantSlot', actions: 'grantSlot' },
        { guard: 'isIdle', actions: ['releaseSlot', 'sendIdle'] },
        { guard: 'needsSlot', actions: ['requestSlot', 'sendReady'] },
      ],
      on: {
        cancel: {
          target: 'cancelling',
          actions: [{ type: 'setCancelReason', params: ({ event }) => event }, 'setResumed'],
        },
      },
    },
    /** Whoever waits is cancelled, whoever runs is stopped, and nobody starts. */
    cancelling: {
      entry: 'cancelAll',
      always: { guard: 'allEnded', target: 'collecting' },
      on: { cancel: { actions: [{ type: 'setCancelReason', params: ({ event }) => event }, 'setResumed'] } },
    },
    collecting: {
      entry: 'closeShards',
      always: [
        { guard: 'isCollected', target: 'done' },
        { guard: 'needsSlotAtEnd', actions: ['requestSlot', 'sendReady'] },
      ],
      on: {
        cancel: { actions: [{ type: 'setCancelReason', params: ({ event }) => event }, 'setResumed'] },
        'xstate.done.actor.*': { actions: { type: 'collectShard', params: ({ event }) => event } },
      },
    },
    done: { type: 'final' },
    failed: { type: 'final' },
  },
  output: ({ context }) => subplansOutput(context),
});
