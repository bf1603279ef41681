/**
 * A team: up to 64 members of one group, started in order when the coordinator grants a slot. Owns which member is next
 * and what a failed one takes with it. Does not count slots: the coordinator does, for all teams.
 * 1. A member starts only after everything it needs has completed, and at most one per granted slot.
 * 2. What needs a plan that did not complete is cancelled with that cause.
 * 3. It stays until the coordinator closes it, so that what its members made is kept in one place only.
 */
import { assign, enqueueActions, setup } from 'xstate';
import { memberMachine } from './member.ts';
import type { Ending, MemberOutput, Rebase, TeamInput, TeamOutput, TeamSignal } from './protocol.ts';
import {
  calledOff,
  endingOf,
  freshTeam,
  hopeless,
  inOrder,
  isStarted,
  nextReady,
  onDuty,
  rebased,
  startOf,
  type TeamContext,
  withDependency,
  withState,
} from './team-context.ts';

type Settled = { output: MemberOutput };

export const teamMachine = setup({
  types: {
    context: {} as TeamContext,
    events: {} as TeamSignal,
    input: {} as TeamInput,
    output: {} as TeamOutput,
  },
  actors: { member: memberMachine },
  guards: { isForOne: (_, { planId }: { planId: string | null }) => planId !== null },
  actions: {
    /** Specs go straight to the members; the team keeps only who they are. */
    enlist: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'xstate.init') return;
      const { parentId, members, config } = event.input;
      const { timeoutSeconds, retryFailed, maxRetries, retryDelayMs } = config;
      for (const { spec, decisionId, goal, made } of members) {
        enqueue.spawnChild('member', {
          id: spec.planId,
          input: {
            parentId,
            spec,
            decisionId,
            goal,
            made,
            limits: { timeoutSeconds, retryFailed, maxRetries, retryDelayMs },
          },
        });
      }
    }),
    startNext: enqueueActions(({ context, enqueue }) => {
      const next = nextReady(context);
      if (next === undefined) {
        enqueue.assign({ asked: false });
        enqueue.sendParent({ type: 'slot.declined' });
        return;
      }
      enqueue.assign({ asked: false, rows: withState(context.rows, next.planId, 'started') });
      enqueue.sendTo(next.planId, { type: 'start', ...startOf(context, next) });
    }),
    askForSlot: enqueueActions(({ context, enqueue }) => {
      if (context.asked || nextReady(context) === undefined) return;
      enqueue.assign({ asked: true });
      enqueue.sendParent({ type: 'slot.wanted', team: context.team, planId: null });
    }),
    keepEnding: assign(({ context }, { output }: Settled) => ({
      ended: [...context.ended, output],
      lineages: withDependency(context, endingOf(context, output)),
    })),
    /** The member's slot is given back after the team has asked for the next: so the lowest team that wants it gets it. */
    reportEnding: enqueueActions(({ context, enqueue }, { output }: Settled) => {
      const { planId } = output.status;
      enqueue.sendParent({
        type: 'member.settled',
        ending: endingOf(context, output),
        held: output.hasSlot,
      });
      enqueue.assign({ rows: withState(context.rows, planId, 'ended') });
      enqueue.stopChild(planId);
    }),
    passWishOn: enqueueActions(({ context, enqueue }, { planId }: { planId: string }) =>
      enqueue.sendParent({ type: 'slot.wanted', team: context.team, planId }),
    ),
    passFreedOn: enqueueActions(({ context, enqueue }, { planId }: { planId: string }) =>
      enqueue.sendParent({ type: 'slot.freed', team: context.team, planId }),
    ),
    /** A member that ended before it heard has no use for it. */
    passSlotOn: enqueueActions(({ context, enqueue }, { planId }: { planId: string }) => {
      if (isStarted(context, planId)) enqueue.sendTo(planId, { type: 'slot.granted' });
      else enqueue.sendParent({ type: 'slot.declined' });
    }),
    keepDependency: assign(({ context }, { ending }: { ending: Ending }) => ({
      lineages: withDependency(context, ending),
    })),
    callOffHopeless: enqueueActions(({ context, enqueue }, { ending }: { ending: Ending }) => {
      if (ending.state === 'complete') return;
      const reason = `It depends on "${ending.goal}", which ended ${ending.state}`;
      const lost = hopeless(context, ending.planId);
      enqueue.assign({ rows: calledOff(context.rows, lost) });
      for (const planId of lost) enqueue.sendTo(planId, { type: 'cancel', reason });
    }),
    callOff: enqueueActions(({ context, enqueue }, { reason }: { reason: string }) => {
      const all = onDuty(context);
      enqueue.assign({ rows: calledOff(context.rows, all) });
      for (const planId of all) enqueue.sendTo(planId, { type: 'cancel', reason });
    }),
    rebase: assign(({ context }, rebase: Rebase) => rebased(context, rebase)),
    holdMembers: enqueueActions(({ context, enqueue }) => {
      for (const planId of started(context)) enqueue.sendTo(planId, { type: 'pause' });
    }),
    releaseMembers: enqueueActions(({ context, enqueue }) => {
      for (const planId of started(context)) enqueue.sendTo(planId, { type: 'resume' });
    }),
  },
}).createMachine({
  id: 'team',
  options: { maxIterations: 1000 },
  context: ({ input }) => freshTeam(input),
  initial: 'working',
  states: {
    working: {
      entry: ['enlist', 'askForSlot'],
      on: {
        'slot.granted': [
          {
            guard: { type: 'isForOne', params: ({ event }) => event },
            actions: { type: 'passSlotOn', params: ({ event }) => ({ planId: event.planId ?? '' }) },
          },
          { actions: ['startNext', 'askForSlot'] },
        ],
        'slot.wanted': { actions: { type: 'passWishOn', params: ({ event }) => event } },
        'slot.freed': { actions: { type: 'passFreedOn', params: ({ event }) => event } },
        'xstate.done.actor.*': {
          actions: [
            { type: 'keepEnding', params: ({ event }) => event },
            {
              type: 'callOffHopeless',
              params: ({ context, event }) => ({ ending: endingOf(context, event.output) }),
            },
            'askForSlot',
            { type: 'reportEnding', params: ({ event }) => event },
          ],
        },
        'dependency.settled': {
          actions: [
            { type: 'keepDependency', params: ({ event }) => event },
            { type: 'callOffHopeless', params: ({ event }) => event },
            'askForSlot',
          ],
        },
        rebase: { actions: { type: 'rebase', params: ({ event }) => event } },
        cancel: { actions: { type: 'callOff', params: ({ event }) => event } },
        pause: { actions: 'holdMembers' },
        resume: { actions: 'releaseMembers' },
        close: 'closed',
      },
    },
    closed: { type: 'final' },
  },
  output: ({ context }) => ({ team: context.team, ...inOrder(context) }),
});

function started({ rows }: TeamContext): string[] {
  return rows.filter(({ state }) => state === 'started').map(({ planId }) => planId);
}
