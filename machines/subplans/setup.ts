/** The words the coordinator of a group is written in. */
import { assign, enqueueActions, setup } from 'xstate';
import { type SubplansContext, teamsOf } from './context.ts';
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
    isClosed: ({ context: { closed, teams, held } }) => closed.length === teams && !held,
    mayGrant: ({ context: { free, wanting, held } }) => free > 0 && wanting.length > 0 && !held,
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
    noteWish: assign(({ context }, { team }: { team: number }) => ({
      wanting: [...context.wanting, team].sort((left, right) => left - right),
    })),
    grant: enqueueActions(({ context: { wanting, free }, enqueue }) => {
      enqueue.assign({ wanting: wanting.slice(1), free: free - 1 });
      for (const team of wanting.slice(0, 1)) enqueue.sendTo(teamId(team), { type: 'slot.granted' });
    }),
    takeBack: assign(({ context }) => ({ free: context.free + 1 })),
    countEnding: assign(({ context }, { ending, held }: { ending: Ending; held: boolean }) => ({
      ended: context.ended + 1,
      free: context.free + (held ? 1 : 0),
      spentUp: context.spentUp || ending.isSpentUp,
      broken: context.broken ?? (ending.state === 'complete' ? null : ending.planId),
    })),
    tellWatchers: enqueueActions(({ context, enqueue }, { ending }: { ending: Ending }) => {
      for (const team of context.watchers[ending.planId] ?? []) {
        enqueue.sendTo(teamId(team), { type: 'dependency.settled', ending });
      }
    }),
    hold: assign({ held: true }),
    release: assign({ held: false }),
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
