/** The words the coordinator of a group is written in. */
import { assign, enqueueActions, sendParent, setup } from 'xstate';
import { isWanted, nextBack, type SubplansContext, teamsOf } from './context.ts';
import { order } from './order.ts';
import type { Ending, Rebase, SubplansInput, SubplansOutput, SubplansSignal, TeamOutput } from './protocol.ts';
import { teamMachine } from './team.ts';

export const subplansSetup = setup({
  types: {
    context: {} as SubplansContext,
    events: {} as SubplansSignal,
    input: {} as SubplansInput,
    output: {} as SubplansOutput,
  },
  actors: { team: teamMachine },
  guards: {
    isRefused: ({ context }) => context.refusal !== null,
    isOver: ({ context: { ended, total } }) => ended === total,
    /** With nothing left to spend nobody can go on, and going on would only look like it. */
    failsFast: ({ context: { failFast, broken, spentUp } }) => spentUp || (failFast && broken !== null),
    /** Every team has told what it made, and the parent listens. */
    isClosed: ({ context: { closed, teams, held, slot, reason } }) =>
      closed.length === teams && !held && (slot === 'held' || reason !== null),
    mayGrant: ({ context }) => isWanted(context) && !context.held && context.slot === 'held',
    /** Every started member waits, and no other may start. */
    isIdle: ({ context }) =>
      context.slot === 'held' && !context.held && context.atWork === 0 && context.away.length > 0 && !isWanted(context),
    lacksSlot: ({ context }) => context.slot === 'none' && !context.held && isWanted(context),
    /** All have ended, and what they made is not work of this group any more. */
    lacksSlotAtEnd: ({ context: { slot, held, reason } }) => slot === 'none' && !held && reason === null,
  },
  actions: {
    formTeams: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'xstate.init') return;
      const { parent, members, config, baseTree } = event.input;
      const ordered = order(members, config);
      if (!Array.isArray(ordered)) return;
      for (const [team, own] of teamsOf(ordered).entries()) {
        enqueue.spawnChild('team', {
          id: teamId(team),
          input: { team, parentId: parent.planId, members: own, config, baseTree },
        });
      }
    }),
    noteWish: assign(({ context: { wanting, away } }, { team, planId }: { team: number; planId: string | null }) =>
      planId === null
        ? { wanting: [...wanting, team].sort((left, right) => left - right) }
        : { away: [...away.filter(each => each.planId !== planId), { team, planId, wants: true }] },
    ),
    /** One that wanted a slot and wants none any more was away already. */
    noteAway: assign(({ context: { away, atWork } }, { team, planId }: { team: number; planId: string }) => {
      const others = away.filter(each => each.planId !== planId);
      const held = others.length === away.length;
      return { away: [...others, { team, planId, wants: false }], atWork: held ? atWork - 1 : atWork };
    }),
    /** Who has waited goes on before anybody starts. */
    grant: enqueueActions(({ context, enqueue }) => {
      const { wanting, away, atWork } = context;
      const back = nextBack(context);
      enqueue.assign({ atWork: atWork + 1 });
      if (back !== undefined) {
        enqueue.assign({ away: away.filter(each => each !== back) });
        enqueue.sendTo(teamId(back.team), { type: 'slot.granted', planId: back.planId });
        return;
      }
      enqueue.assign({ wanting: wanting.slice(1) });
      for (const team of wanting.slice(0, 1)) enqueue.sendTo(teamId(team), { type: 'slot.granted', planId: null });
    }),
    takeBack: assign(({ context }) => ({ atWork: context.atWork - 1 })),
    leaveSlot: assign({ slot: 'none' }),
    wantSlot: assign({ slot: 'wanted' }),
    tellWaits: sendParent({ type: 'group.waits' }),
    tellWants: sendParent({ type: 'group.wants' }),
    takeSlot: assign({ slot: 'held' }),
    countEnding: assign(({ context }, { ending, held }: { ending: Ending; held: boolean }) => ({
      ended: context.ended + 1,
      atWork: context.atWork - (held ? 1 : 0),
      away: context.away.filter(({ planId }) => planId !== ending.planId),
      spentUp: context.spentUp || ending.isSpentUp,
      broken: context.broken ?? (ending.state === 'complete' ? null : ending.planId),
    })),
    tellWatchers: enqueueActions(({ context, enqueue }, { ending }: { ending: Ending }) => {
      for (const team of context.watchers[ending.planId] ?? []) {
        enqueue.sendTo(teamId(team), { type: 'dependency.settled', ending });
      }
    }),
    hold: assign({ held: true }),
    /** The plan above goes on, with a slot where it needs one. */
    release: assign({ held: false, slot: 'held' }),
    passOn: enqueueActions(({ context, enqueue }, { type }: { type: 'pause' | 'resume' }) => {
      for (const team of open(context)) enqueue.sendTo(teamId(team), { type });
    }),
    tellBase: enqueueActions(({ context, enqueue }, rebase: Rebase) => {
      for (const team of open(context)) enqueue.sendTo(teamId(team), rebase);
    }),
    keepReason: assign((_, { reason }: { reason: string }) => ({ reason })),
    callOff: enqueueActions(({ context, enqueue }) => {
      const why = context.spentUp ? 'The budget is used up' : `failFast: plan ${context.broken} did not complete`;
      const reason = context.reason ?? why;
      enqueue.assign({ wanting: [] });
      for (const team of open(context)) enqueue.sendTo(teamId(team), { type: 'cancel', reason });
    }),
    closeTeams: enqueueActions(({ context, enqueue }) => {
      for (const team of open(context)) enqueue.sendTo(teamId(team), { type: 'close' });
    }),
    keepTeam: enqueueActions(({ context, enqueue }, { output }: { output: TeamOutput }) => {
      enqueue.assign({ closed: [...context.closed, output] });
      enqueue.stopChild(teamId(output.team));
    }),
  },
});

function teamId(team: number): string {
  return `team-${team}`;
}

function open({ teams, closed }: SubplansContext): number[] {
  const done = new Set(closed.map(({ team }) => team));
  return Array.from({ length: teams }, (_, team) => team).filter(team => !done.has(team));
}
