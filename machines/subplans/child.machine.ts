/**
 * One child plan with the attempts, waits and time limit that its group allows. Owns the child's status and reports each change.
 * The plan of an attempt has the system id `plan:<planId>`.
 * 1. At most `maxRetries` attempts follow the first; permanent errors are not retried.
 * 2. The time limit counts while an attempt itself works: not while it is queued for a slot or an agent, is paused, waits for a
 *    person, or has subplans at work, which have limits of their own. The remaining time is kept.
 * 3. The next attempt starts after the one before has ended and captured its work.
 * 4. A child that waits for a person, a rate limit or an agent has no slot; it requests one before it continues.
 * 5. Events of earlier attempts are ignored.
 */
import { createChildContext, subplanStatusOf } from './child-context.ts';
import { childSetup } from './child-setup.ts';

export const childMachine = childSetup.createMachine({
  id: 'child',
  options: { maxIterations: 1000 },
  context: ({ input }) => createChildContext(input),
  /** A slot that was requested before the attempt ended is kept for the next one. */
  on: {
    'slot.granted': { actions: 'acquireSlot' },
    /** In every state, because an error event without a handler would stop this actor. */
    'xstate.done.actor.*': { actions: { type: 'stopStaleAttempt', params: ({ event }) => event } },
    'xstate.error.actor.*': { actions: { type: 'stopStaleAttempt', params: ({ event }) => event } },
  },
  initial: 'init',
  states: {
    /** A reused plan was created in an earlier attempt. */
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
        /** Waits for a slot, a person or its own subplans: its own time limit does not count. */
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
    /** The outcome is cancelled even if the attempt still completes: a late result is not merged. */
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
    /** The attempt before ended while it waited without a slot, so this one needs a new slot. */
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
