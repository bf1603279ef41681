/**
 * One child plan with the patience its group has for it: attempts, back-off, time limit. Owns the child's status; each
 * change of it is told at once. The child itself is a plan of its own, reachable as `plan:<planId>`.
 * 1. At most `maxRetries` attempts follow the first; permanent errors are not retried.
 * 2. Time counts while an attempt itself is at work: not in a queue, of its group or of its agents, not while it is paused,
 *    waits for a person, or has subplans at work, which have limits of their own. Then it stands still, and goes on from there.
 * 3. An attempt is ended, not abandoned: the child captures its work before the next one starts.
 * 4. A child that waits for a person, a rate limit or an agent has no slot; it asks for one before it goes on.
 * 5. Only the attempt at hand is listened to; what an earlier one still says is dropped.
 */
import { createChildContext, subplanStatusOf } from './child-context.ts';
import { childSetup } from './child-setup.ts';

export const childMachine = childSetup.createMachine({
  id: 'child',
  options: { maxIterations: 1000 },
  context: ({ input }) => createChildContext(input),
  /** One that was asked for before what wanted it ended; whatever comes next has it. */
  on: {
    'slot.granted': { actions: 'acquireSlot' },
    /** Wherever it stands: it would die of an error that nobody takes. */
    'xstate.done.actor.*': { actions: { type: 'stopStaleAttempt', params: ({ event }) => event } },
    'xstate.error.actor.*': { actions: { type: 'stopStaleAttempt', params: ({ event }) => event } },
  },
  initial: 'init',
  states: {
    /** A plan that was complete before is there already. */
    init: {
      always: [
        { guard: 'hasReusedTree', target: 'complete', actions: 'useReusedTree' },
        { target: 'pending', actions: 'emitCreated' },
      ],
    },
    pending: {
      on: {
        cancel: {
          target: 'cancelled',
          actions: [
            { type: 'emitCancelled', params: ({ event }) => event },
            { type: 'setCancelReason', params: ({ event }) => event },
          ],
        },
        start: { target: 'attempting', actions: ['acquireSlot', { type: 'setBase', params: ({ event }) => event }] },
      },
    },
    attempting: {
      entry: ['spawnAttempt', { type: 'setState', params: { state: 'running' } }],
      initial: 'routing',
      on: {
        'slot.released': { actions: ['releaseSlot', 'sendSlotReleased'] },
        'slot.requested': [
          { guard: 'hasSlot', actions: 'forwardSlot' },
          { actions: ['requestSlot', 'sendSlotRequested'] },
        ],
        'slot.granted': { actions: ['acquireSlot', 'forwardSlot'] },
        'xstate.done.actor.*': [
          {
            guard: { type: 'isStale', params: ({ event }) => event },
            actions: { type: 'stopStaleAttempt', params: ({ event }) => event },
          },
          {
            guard: { type: 'isComplete', params: ({ event }) => event },
            target: 'complete',
            actions: ['stopAttempt', { type: 'setResult', params: ({ event }) => event }],
          },
          {
            guard: { type: 'isCancelled', params: ({ event }) => event },
            target: 'cancelled',
            actions: ['stopAttempt', { type: 'setCancelReason', params: { reason: 'The plan was cancelled' } }],
          },
          { target: 'evaluating', actions: ['stopAttempt', { type: 'setFailure', params: ({ event }) => event }] },
        ],
        'xstate.error.actor.*': [
          {
            guard: { type: 'isStale', params: ({ event }) => event },
            actions: { type: 'stopStaleAttempt', params: ({ event }) => event },
          },
          { target: 'evaluating', actions: ['stopAttempt', { type: 'setError', params: ({ event }) => event }] },
        ],
        cancel: {
          target: 'cancelling',
          actions: [
            { type: 'setCancelReason', params: ({ event }) => event },
            { type: 'cancelAttempt', params: ({ event }) => event },
          ],
        },
      },
      states: {
        routing: {
          always: [
            { guard: 'isIdle', target: 'queued' },
            { guard: 'hasTimeLimit', target: 'timed' },
            { target: 'untimed' },
          ],
        },
        timed: {
          entry: 'startTimer',
          exit: 'pauseTimer',
          on: {
            pause: { target: 'paused', actions: 'pauseAttempt' },
            'child.idle': { target: 'queued', actions: 'setIdle' },
            timeout: 'expiring',
          },
        },
        untimed: {
          on: {
            pause: { target: 'paused', actions: 'pauseAttempt' },
            'child.idle': { target: 'queued', actions: 'setIdle' },
          },
        },
        /** In a line, before a person, or above subplans: nothing of its own is at work. */
        queued: {
          on: {
            pause: { target: 'paused', actions: 'pauseAttempt' },
            'child.busy': { target: 'routing', actions: 'setBusy' },
          },
        },
        /** Paused with its group: keeps its result so far and continues with it. */
        paused: {
          on: {
            'slot.released': { guard: 'hasSlot' },
            resume: { target: 'routing', actions: 'resumeAttempt' },
            'child.idle': { actions: 'setIdle' },
            'child.busy': { actions: 'setBusy' },
          },
        },
        expiring: { entry: 'expireAttempt' },
      },
    },
    /** Whatever the child still answers, it is cancelled: a result that comes too late is not merged. */
    cancelling: {
      on: {
        'xstate.done.actor.*': { target: 'cancelled', actions: 'stopAttempt' },
        'xstate.error.actor.*': { target: 'cancelled', actions: 'stopAttempt' },
      },
    },
    evaluating: {
      always: [
        {
          guard: 'mayRetry',
          target: 'backingOff',
          actions: ['recordRetriedAttempt', { type: 'setState', params: { state: 'pending' } }],
        },
        { target: 'failed', actions: 'recordFinalAttempt' },
      ],
    },
    backingOff: {
      after: {
        backoff: [
          { guard: 'hasSlot', target: 'attempting', actions: ['incrementAttempt', 'emitRequeued'] },
          { target: 'queued', actions: ['incrementAttempt', 'emitRequeued'] },
        ],
      },
      on: {
        cancel: {
          target: 'cancelled',
          actions: [
            { type: 'emitCancelled', params: ({ event }) => event },
            { type: 'setCancelReason', params: ({ event }) => event },
          ],
        },
        pause: 'backoffPaused',
      },
    },
    /** The attempt before ended while it waited, and what it had given back is another's. */
    queued: {
      entry: ['requestSlot', 'sendSlotRequested'],
      on: {
        cancel: {
          target: 'cancelled',
          actions: [
            { type: 'emitCancelled', params: ({ event }) => event },
            { type: 'setCancelReason', params: ({ event }) => event },
          ],
        },
        'slot.granted': { target: 'attempting', actions: 'acquireSlot' },
      },
    },
    backoffPaused: {
      on: {
        cancel: {
          target: 'cancelled',
          actions: [
            { type: 'emitCancelled', params: ({ event }) => event },
            { type: 'setCancelReason', params: ({ event }) => event },
          ],
        },
        resume: 'backingOff',
      },
    },
    complete: { type: 'final', entry: { type: 'setState', params: { state: 'complete' } } },
    failed: { type: 'final', entry: { type: 'setState', params: { state: 'failed' } } },
    cancelled: { type: 'final', entry: { type: 'setState', params: { state: 'cancelled' } } },
  },
  output: ({ context }) => ({
    status: subplanStatusOf(context),
    child: context.child,
    hasSlot: context.slot === 'held',
  }),
});
