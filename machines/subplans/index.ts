/**
 * A group of subplans under one cap. The coordinator counts slots and ends; its teams (up to 64 members each) know
 * whose turn it is; each member has its own actor, which owns its spec, its attempts and its status. So a group of any
 * size writes little at each step, and no supervisor has more than 64 children.
 * 1. Never more members running than the cap; the rest wait, and that is not charged to their time limit.
 * 2. Slots go to the lowest team that wants one: the recorded order, in every mode.
 * 3. A final failure fails the group after the others have finished, or at once with `failFast`; no result that comes
 *    after that is merged.
 * 4. Every plan is created at once, before any runs.
 * 5. With the budget used up the group ends as with `failFast`, and says which budget.
 * 6. A member that waits gives its slot back, and goes on before others start. When no member is at work the group gives back the
 *    slot of the plan above, and starts no member until that has one again.
 * 7. A held group does not end, so that its parent is there to hear of it.
 */
import { freshGroup, outcomeOf } from './context.ts';
import { subplansSetup } from './setup.ts';

export const subplansMachine = subplansSetup.createMachine({
  id: 'subplans',
  options: { maxIterations: 1000 },
  context: ({ input }) => freshGroup(input),
  entry: 'formTeams',
  initial: 'beginning',
  on: {
    'member.settled': {
      actions: [
        { type: 'countEnding', params: ({ event }) => event },
        { type: 'tellWatchers', params: ({ event }) => event },
      ],
    },
    'slot.wanted': { actions: { type: 'noteWish', params: ({ event }) => event } },
    'slot.freed': { actions: { type: 'noteAway', params: ({ event }) => event } },
    'slot.granted': { actions: 'takeSlot' },
    'slot.declined': { actions: 'takeBack' },
    pause: { actions: ['hold', { type: 'passOn', params: ({ event }) => event }] },
    rebase: { actions: { type: 'tellBase', params: ({ event }) => event } },
    resume: { actions: ['release', { type: 'passOn', params: ({ event }) => event }] },
  },
  states: {
    beginning: { always: [{ guard: 'isRefused', target: 'failed' }, { target: 'running' }] },
    running: {
      always: [
        { guard: 'isOver', target: 'closing' },
        { guard: 'failsFast', target: 'dispersing' },
        { guard: 'mayGrant', actions: 'grant' },
        { guard: 'isIdle', actions: ['leaveSlot', 'tellWaits'] },
        { guard: 'lacksSlot', actions: ['wantSlot', 'tellWants'] },
      ],
      on: {
        cancel: { target: 'dispersing', actions: [{ type: 'keepReason', params: ({ event }) => event }, 'release'] },
      },
    },
    /** Whoever waits is cancelled, whoever runs is stopped, and nobody starts. */
    dispersing: {
      entry: 'callOff',
      always: { guard: 'isOver', target: 'closing' },
      on: { cancel: { actions: [{ type: 'keepReason', params: ({ event }) => event }, 'release'] } },
    },
    closing: {
      entry: 'closeTeams',
      always: [
        { guard: 'isClosed', target: 'over' },
        { guard: 'lacksSlotAtEnd', actions: ['wantSlot', 'tellWants'] },
      ],
      on: {
        cancel: { actions: [{ type: 'keepReason', params: ({ event }) => event }, 'release'] },
        'xstate.done.actor.*': { actions: { type: 'keepTeam', params: ({ event }) => event } },
      },
    },
    over: { type: 'final' },
    failed: { type: 'final' },
  },
  output: ({ context }) => outcomeOf(context),
});
