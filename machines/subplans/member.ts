/**
 * One child plan with the patience its group has for it: attempts, back-off, time limit. Owns the child's status; each
 * change of it is told at once. The child itself is a plan of its own, reachable as `plan:<planId>`.
 * 1. At most `maxRetries` attempts follow the first; permanent faults are not retried.
 * 2. Time counts while an attempt itself is at work: not in a queue, of its group or of its agents, not while it is paused,
 *    waits for a person, or has subplans at work, which have limits of their own. Then it stands still, and goes on from there.
 * 3. An attempt is ended, not abandoned: the child captures its work before the next one starts.
 * 4. A child that waits for a person, a rate limit or an agent has no slot; it asks for one before it goes on.
 * 5. Only the attempt at hand is listened to; what an earlier one still says is dropped.
 */
import { freshMember, statusOf } from './member-context.ts';
import { memberSetup } from './member-setup.ts';

const whileBusy = {
  pause: { target: 'held', actions: 'pauseAttempt' },
  'child.waits': { target: 'queued', actions: 'noteIdle' },
} as const;

const attempting = memberSetup.createStateConfig({
  entry: ['spawnAttempt', { type: 'become', params: { state: 'running' } }],
  initial: 'deciding',
  on: {
    'slot.freed': { actions: ['leaveSlot', 'tellFreed'] },
    'slot.wanted': [{ guard: 'hasSlot', actions: 'passSlotOn' }, { actions: ['wantSlot', 'tellWanted'] }],
    'slot.granted': { actions: ['takeSlot', 'passSlotOn'] },
    'xstate.done.actor.*': [
      {
        guard: { type: 'isStale', params: ({ event }) => event },
        actions: { type: 'drop', params: ({ event }) => event },
      },
      {
        guard: { type: 'isComplete', params: ({ event }) => event },
        target: 'complete',
        actions: ['stopAttempt', { type: 'keepChild', params: ({ event }) => event }],
      },
      {
        guard: { type: 'isCancelled', params: ({ event }) => event },
        target: 'cancelled',
        actions: ['stopAttempt', { type: 'keepReason', params: { reason: 'The plan was cancelled' } }],
      },
      { target: 'judging', actions: ['stopAttempt', { type: 'keepFailure', params: ({ event }) => event }] },
    ],
    'xstate.error.actor.*': [
      {
        guard: { type: 'isStale', params: ({ event }) => event },
        actions: { type: 'drop', params: ({ event }) => event },
      },
      { target: 'judging', actions: ['stopAttempt', { type: 'keepError', params: ({ event }) => event }] },
    ],
    cancel: {
      target: 'cancelling',
      actions: [
        { type: 'keepReason', params: ({ event }) => event },
        { type: 'cancelAttempt', params: ({ event }) => event },
      ],
    },
  },
  states: {
    deciding: {
      always: [
        { guard: 'isIdle', target: 'queued' },
        { guard: 'hasTimeLimit', target: 'timed' },
        { target: 'untimed' },
      ],
    },
    timed: { entry: 'runTime', exit: 'holdTime', on: { ...whileBusy, 'time.over': 'expiring' } },
    untimed: { on: whileBusy },
    /** In a line, before a person, or above subplans: nothing of its own is at work. */
    queued: {
      on: {
        pause: { target: 'held', actions: 'pauseAttempt' },
        'child.goes': { target: 'deciding', actions: 'noteBusy' },
      },
    },
    /** Paused with its group: what it has of it is kept for it, and it goes on with that. */
    held: {
      on: {
        'slot.freed': { guard: 'hasSlot' },
        resume: { target: 'deciding', actions: 'resumeAttempt' },
        'child.waits': { actions: 'noteIdle' },
        'child.goes': { actions: 'noteBusy' },
      },
    },
    expiring: { entry: 'expireAttempt' },
  },
});

/** Whatever the child still answers, it is cancelled: a result that comes too late is not merged. */
const cancelling = memberSetup.createStateConfig({
  on: {
    'xstate.done.actor.*': { target: 'cancelled', actions: 'stopAttempt' },
    'xstate.error.actor.*': { target: 'cancelled', actions: 'stopAttempt' },
  },
});

const withdraw = memberSetup.createStateConfig({
  on: {
    cancel: {
      target: 'cancelled',
      actions: [
        { type: 'tellWithdrawn', params: ({ event }) => event },
        { type: 'keepReason', params: ({ event }) => event },
      ],
    },
  },
});

export const memberMachine = memberSetup.createMachine({
  id: 'member',
  options: { maxIterations: 1000 },
  context: ({ input }) => freshMember(input),
  /** One that was asked for before what wanted it ended; whatever comes next has it. */
  on: {
    'slot.granted': { actions: 'takeSlot' },
    /** Wherever it stands: it would die of an error that nobody takes. */
    'xstate.done.actor.*': { actions: { type: 'drop', params: ({ event }) => event } },
    'xstate.error.actor.*': { actions: { type: 'drop', params: ({ event }) => event } },
  },
  initial: 'beginning',
  states: {
    /** A plan that was complete before is there already. */
    beginning: {
      always: [
        { guard: 'isMade', target: 'complete', actions: 'takeMade' },
        { target: 'pending', actions: 'tellCreated' },
      ],
    },
    pending: {
      on: {
        ...withdraw.on,
        start: { target: 'attempting', actions: ['takeSlot', { type: 'keepBase', params: ({ event }) => event }] },
      },
    },
    attempting: { ...attempting },
    cancelling,
    judging: {
      always: [
        {
          guard: 'mayRetry',
          target: 'backingOff',
          actions: ['noteRetried', { type: 'become', params: { state: 'pending' } }],
        },
        { target: 'failed', actions: 'noteFinal' },
      ],
    },
    backingOff: {
      after: {
        backoff: [
          { guard: 'hasSlot', target: 'attempting', actions: ['countUp', 'tellRequeued'] },
          { target: 'queued', actions: ['countUp', 'tellRequeued'] },
        ],
      },
      on: { ...withdraw.on, pause: 'heldBack' },
    },
    /** The attempt before ended while it waited, and what it had given back is another's. */
    queued: {
      entry: ['wantSlot', 'tellWanted'],
      on: { ...withdraw.on, 'slot.granted': { target: 'attempting', actions: 'takeSlot' } },
    },
    heldBack: { on: { ...withdraw.on, resume: 'backingOff' } },
    complete: { type: 'final', entry: { type: 'become', params: { state: 'complete' } } },
    failed: { type: 'final', entry: { type: 'become', params: { state: 'failed' } } },
    cancelled: { type: 'final', entry: { type: 'become', params: { state: 'cancelled' } } },
  },
  output: ({ context }) => ({ status: statusOf(context), child: context.child, hasSlot: context.slot === 'held' }),
});
