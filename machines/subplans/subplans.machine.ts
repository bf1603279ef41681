/**
 * A group of subplans with a limit on how many work at once. The coordinator counts slots; its shards (of up to 64 children) decide
 * which child starts next; each child has its own actor with its spec, attempts and status. So each step writes little
 * in a group of any size, and no supervisor has more than 64 children.
 * 1. Never more children running than the limit; the time that the others wait does not count towards their time limit.
 * 2. Slots go to the lowest shard that requests one: the recorded order, in every mode.
 * 3. A final failure fails the group after the others have finished, or at once with `failFast`; results that arrive after that
 *    are not merged.
 * 4. All plans are created before any runs.
 * 5. An exhausted budget ends the group as `failFast` does, and the error names the budget.
 * 6. A child that waits releases its slot, and continues before others start. When no child works the group releases the slot of
 *    its parent plan, and starts no child until the plan has one again.
 * 7. A paused group does not end, so that its parent can receive the result.
 */
import { createSubplansContext, subplansOutput } from './context.ts';
import { subplansSetup } from './setup.ts';

/** The coordinator of a group of subplans. Use {@link bindPlanMachine} to provide the machine of the children. */
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
    /** Waiting and running children are cancelled; no child starts. */
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
