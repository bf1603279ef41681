/** What must hold of a group of subplans: never more at work than the cap, and an end only when all have ended. */
import type { AnyEventObject, SnapshotFrom } from 'xstate';
import { subplansMachine } from '../../machines/index.ts';
import { freshGroup, isWanted } from '../../machines/subplans/context.ts';
import type { SubplansInput } from '../../machines/subplans/protocol.ts';
import { configOf, idOf, memberOf, specOf } from '../machines/spec.ts';
import { altered } from './altered.ts';
import type { World } from './explore.ts';
import { begins, claim, sent } from './steps.ts';
import type { SeededFault, Theory } from './theorem.ts';

type Group = SnapshotFrom<typeof subplansMachine>;

const cap = 2;
/** One more than a team holds, so that there are two teams to share the slots. */
const members = Array.from({ length: 65 }, (_, index) => memberOf(index));

/** Two teams, but only so many members to hear of: what holds does not depend on how many there are. */
const chart = altered(subplansMachine, config => ({
  ...config,
  context: ({ input }: { input: SubplansInput }) => ({ ...freshGroup(input), total: 4 }),
}));

/** What teams can say: nobody asks twice, nobody gives back what was not granted, nobody ends twice. */
function group(failFast: boolean): World<typeof subplansMachine> {
  const config = configOf({ maxParallel: cap, failFast });
  const ending = (state: string, isSpentUp = false) => ({
    planId: idOf(0),
    goal: 'goal',
    state,
    isSpentUp,
    lineage: [],
  });
  const steps: AnyEventObject[] = [
    { type: 'pause' },
    { type: 'resume' },
    { type: 'rebase', baseTree: 't9', landed: [] },
    { type: 'cancel', reason: 'enough' },
  ];
  const settled = (state: string, held: boolean): AnyEventObject => ({
    type: 'member.settled',
    ending: ending(state),
    held,
  });
  const spentUp = { type: 'member.settled', ending: ending('failed', true), held: true };
  const running = [settled('complete', true), settled('failed', true), spentUp, { type: 'slot.declined' }];
  const queued = [settled('cancelled', false)];
  const wishes: AnyEventObject[] = [0, 1].map(team => ({ type: 'slot.wanted', team, planId: null }));
  /** One of those who wait on their way. */
  const away = ['Z'].map(name => {
    const member = { team: 0, planId: idOf(name) };
    return {
      planId: member.planId,
      leaves: { type: 'slot.freed', ...member },
      asks: { type: 'slot.wanted', ...member },
      ends: { type: 'member.settled', ending: { ...ending('cancelled'), planId: member.planId }, held: false },
    };
  });
  const awayIn = ({ away: known, atWork }: Group['context']): AnyEventObject[] =>
    away.flatMap(({ planId, leaves, asks, ends }) => {
      const found = known.find(each => each.planId === planId);
      if (found === undefined) return atWork > 0 ? [leaves] : [];
      return found.wants ? [leaves, ends] : [asks, ends];
    });
  const closings = [0, 1].map(team => ({
    type: `xstate.done.actor.team-${team}`,
    actorId: `team-${team}`,
    output: { team, children: [], statuses: [] },
  }));
  return {
    input: { parent: specOf(), members, config, baseTree: 't0' },
    events: ({ context, value }) => [
      ...steps,
      ...wishes.filter(({ team }) => !context.wanting.includes(team) && context.ended < context.total),
      ...(context.atWork > 0 && context.ended < context.total ? running : []),
      ...(context.ended + context.atWork + context.away.length < context.total ? queued : []),
      ...(context.ended < context.total ? awayIn(context) : []),
      ...(context.slot === 'wanted' ? [{ type: 'slot.granted' }] : []),
      ...(value === 'closing'
        ? closings.filter(({ output }) => !context.closed.some(({ team }) => team === output.team))
        : []),
    ],
    key: ({ value, status, context: { ended, atWork, wanting, held, broken, spentUp, reason, closed, away, slot } }) =>
      JSON.stringify([value, status, ended, atWork, wanting, held, broken, spentUp, reason, closed, away, slot]),
  };
}

const granted = ({ context }: Group) => context.atWork;

const isIdle = ({ value, context }: Group) =>
  value === 'running' && !context.held && context.atWork === 0 && context.away.length > 0 && !isWanted(context);

type Subplans = typeof subplansMachine;

const lying = (
  guard: string,
  lie: (args: { context: Group['context'] }) => boolean,
  world = group(false),
): SeededFault<Subplans> => ({ guard, machine: chart.provide({ guards: { [guard]: lie } }), world });

/** A group of which one depends on another that is not in it. */
const refused: World<Subplans> = {
  ...group(false),
  input: {
    parent: specOf(),
    members: [memberOf('A', { dependsOn: ['elsewhere'] })],
    config: configOf({ executionMode: 'dependencyOrdered' }),
    baseTree: 't0',
  },
  events: () => [],
};

const isGranting = ({ from, to }: { from: Group; to: Group }) => granted(to) > granted(from);
const isClosing = ({ value, context }: Group) =>
  value === 'closing' && context.reason === null && context.closed.length === context.teams;

export const groupTheory: Theory<Subplans> = {
  machine: chart,
  worlds: [group(false), group(true), refused],
  theorems: [
    {
      theorem: 'Never more subplans run than the cap, and as many as it lets',
      claims: [
        claim(isGranting, ({ to }) => granted(to) <= cap),
        claim(
          ({ from, to }) => granted(to) < granted(from),
          ({ to }) => granted(to) >= 0,
        ),
        claim(
          ({ to: { value, context } }) =>
            value === 'running' && !context.held && context.slot === 'held' && context.wanting.length > 0,
          ({ to }) => granted(to) >= cap,
        ),
      ],
      faults: [lying('mayGrant', ({ context }) => context.wanting.length > 0), lying('mayGrant', () => false)],
    },
    {
      theorem:
        'A group of which nobody is at work gives back the slot of its plan, and goes on only when that has one again',
      claims: [
        claim(
          ({ to }) => isIdle(to),
          step => step.to.context.slot !== 'held',
        ),
        claim(
          step => step.from.context.slot === 'held' && step.to.context.slot === 'none',
          step => sent(step).some(({ event }) => event.type === 'group.waits'),
        ),
        claim(isGranting, ({ to }) => to.context.slot === 'held'),
        claim(
          ({ to }) => to.value === 'over' && to.context.reason === null,
          ({ to }) => to.context.slot === 'held',
        ),
      ],
      faults: [
        lying('isIdle', () => false),
        lying('mayGrant', ({ context }) => isWanted(context) && !context.held),
        lying('isClosed', ({ context }) => context.closed.length === context.teams && !context.held),
        {
          guard: 'a slot that is given back in silence',
          machine: chart.provide({ actions: { tellWaits: () => {} } }),
          world: group(false),
        },
      ],
    },
    {
      theorem: 'A group in which somebody could go on has a slot or has asked for one',
      claims: [
        claim(
          ({ to: { value, context } }) => value === 'running' && !context.held && isWanted(context),
          ({ to }) => to.context.slot !== 'none',
        ),
        claim(
          ({ to }) => isClosing(to) && !to.context.held,
          ({ to }) => to.context.slot !== 'none',
        ),
        claim(
          ({ from, to }) => from.context.slot === 'none' && to.context.slot === 'wanted',
          step => sent(step).some(({ event }) => event.type === 'group.wants'),
        ),
      ],
      faults: [
        lying('lacksSlot', () => false),
        lying('lacksSlotAtEnd', () => false),
        {
          guard: 'a slot that is wanted in silence',
          machine: chart.provide({ actions: { tellWants: () => {} } }),
          world: group(false),
        },
      ],
    },
    {
      theorem: 'A held group starts nobody and does not end; what a team hears of it, all hear',
      claims: [
        claim(
          ({ from, event, to }) => from.context.held && to.context.held && event.type === 'slot.wanted',
          step => !isGranting(step),
        ),
        claim(
          ({ from, to }) => from.status === 'active' && to.value === 'over' && to.context.reason === null,
          ({ to }) => !to.context.held,
        ),
        claim(
          ({ event, from }) => ['pause', 'resume', 'rebase'].includes(event.type) && from.context.closed.length === 0,
          step => sent(step).filter(({ event }) => event.type === step.event.type).length === step.to.context.teams,
        ),
      ],
      faults: [
        lying('mayGrant', ({ context }) => isWanted(context) && context.slot === 'held'),
        lying('isClosed', ({ context }) => context.closed.length === context.teams),
        {
          guard: 'teams that do not hear of a pause',
          machine: chart.provide({ actions: { passOn: () => {} } }),
          world: group(false),
        },
      ],
    },
    {
      theorem: 'A group ends only when every member has ended, and every team has told what it made',
      claims: [
        claim(
          ({ to }) => to.value === 'over',
          ({ to: { context } }) => context.ended === context.total && context.closed.length === context.teams,
        ),
        claim(
          ({ to }) => to.context.ended === to.context.total && to.context.refusal === null,
          ({ to }) => ['closing', 'over'].includes(String(to.value)),
        ),
        claim(
          ({ to: { context } }) =>
            context.refusal === null &&
            context.closed.length === context.teams &&
            !context.held &&
            context.slot === 'held',
          ({ to }) => to.value === 'over',
        ),
      ],
      faults: [
        lying('isOver', () => true),
        lying('isOver', () => false),
        lying('isClosed', () => true),
        lying('isClosed', () => false),
      ],
    },
    {
      theorem: 'A group keeps count of what its teams say',
      claims: [
        claim(
          ({ event }) => event.type === 'member.settled',
          ({ from, to }) => to.context.ended === from.context.ended + 1,
        ),
        claim(
          ({ event, from }) => event.type === 'slot.wanted' && event.planId === null && from.context.held,
          ({ event, to }) => to.context.wanting.includes(event.team),
        ),
        claim(
          ({ event }) => event.type === 'slot.freed',
          ({ event, to }) => to.context.away.some(({ planId }) => planId === event.planId),
        ),
        claim(
          ({ event, from }) => event.type === 'slot.declined' && from.context.held,
          ({ from, to }) => granted(to) === granted(from) - 1,
        ),
        claim(
          ({ event }) => event.type === 'slot.granted',
          ({ to }) => to.context.slot !== 'wanted',
        ),
        claim(
          ({ event }) => event.type === 'pause',
          ({ to }) => to.context.held,
        ),
        claim(
          ({ event }) => event.type === 'resume' || event.type === 'cancel',
          ({ to }) => !to.context.held,
        ),
        claim(
          ({ from, to }) => from.value !== 'closing' && to.value === 'closing',
          step => sent(step).filter(({ event }) => event.type === 'close').length === step.to.context.teams,
        ),
        claim(
          ({ event, from }) => event.type.startsWith('xstate.done.actor.team-') && from.value === 'closing',
          ({ from, to }) => to.context.closed.length === from.context.closed.length + 1,
        ),
      ],
      faults: [
        'countEnding',
        'noteWish',
        'noteAway',
        'takeBack',
        'takeSlot',
        'hold',
        'release',
        'closeTeams',
        'keepTeam',
      ].map(action => ({
        guard: `${action}, which does nothing`,
        machine: chart.provide({ actions: { [action]: () => {} } }),
        world: group(false),
      })),
    },
    {
      theorem: 'A group is refused only for a reason, and then at once',
      claims: [
        claim(
          step => begins(step) && step.to.value === 'failed',
          ({ to }) => to.context.refusal !== null && to.output?.outcome === 'failed',
        ),
        claim(
          step => begins(step) && step.to.context.refusal !== null,
          ({ to }) => to.value === 'failed',
        ),
      ],
      faults: [lying('isRefused', () => true), lying('isRefused', () => false, refused)],
    },
    {
      theorem: 'After the first failure a group that fails fast starts nobody, nor does one that was cancelled',
      claims: [
        claim(isGranting, ({ to: { context } }) => context.reason === null),
        claim(
          step => isGranting(step) && step.to.context.failFast,
          ({ to }) => to.context.broken === null,
        ),
        claim(
          ({ to }) => to.value === 'dispersing',
          ({ to: { context } }) =>
            context.reason !== null || context.spentUp || (context.failFast && context.broken !== null),
        ),
        claim(
          ({ from, to }) => from.value === 'running' && to.value === 'dispersing',
          step => sent(step).filter(({ event }) => event.type === 'cancel').length === step.to.context.teams,
        ),
      ],
      faults: [
        lying('failsFast', () => false, group(true)),
        lying('failsFast', () => true),
        {
          guard: 'a group that is called off in silence',
          machine: chart.provide({ actions: { callOff: () => {} } }),
          world: group(false),
        },
      ],
    },
    {
      theorem: 'With the budget used up a group starts nobody, whether it fails fast or not',
      claims: [
        claim(
          ({ to }) => to.context.spentUp,
          step => step.to.value !== 'running' && !isGranting(step),
        ),
      ],
      faults: [lying('failsFast', ({ context: { failFast, broken } }) => failFast && broken !== null)],
    },
  ],
};
