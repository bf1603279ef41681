/** What must hold of a group of subplans: of the coordinator, which counts, and of each member, which insists. */
import { type AnyEventObject, type SnapshotFrom, spawnChild } from 'xstate';
import type { ChildTree } from '../../machines/contract.ts';
import { subplansMachine } from '../../machines/index.ts';
import { freshGroup, isWanted } from '../../machines/subplans/context.ts';
import { memberMachine as liveMember } from '../../machines/subplans/member.ts';
import type { SubplansInput } from '../../machines/subplans/protocol.ts';
import { configOf, faultOf, idOf, memberOf, specOf } from '../machines/spec.ts';
import { altered, fromNowhere, withState } from './altered.ts';
import { lyingAtOnce } from './answering.ts';
import type { World } from './explore.ts';
import type { Theory } from './theorem.ts';

type Group = SnapshotFrom<typeof subplansMachine>;

const cap = 2;
/** One more than a team holds, so that there are two teams to share the slots. */
const members = Array.from({ length: 65 }, (_, index) => memberOf(index));

/** Two teams, but only so many members to hear of: what holds does not depend on how many there are. */
const chart = altered(subplansMachine.provide({ actions: { tellWaits: () => {}, tellWants: () => {} } }), config => ({
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
  const steps: AnyEventObject[] = [{ type: 'pause' }, { type: 'resume' }, { type: 'cancel', reason: 'enough' }];
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

export const groupTheory: Theory<typeof subplansMachine> = {
  machine: chart,
  worlds: [group(false), group(true)],
  theorems: [
    {
      theorem: 'Never more subplans run than the cap',
      broken: ({ to }) => granted(to) > cap || granted(to) < 0,
      faults: [
        {
          guard: 'mayGrant',
          machine: chart.provide({ guards: { mayGrant: ({ context }) => context.wanting.length > 0 } }),
          world: group(false),
        },
      ],
    },
    {
      theorem:
        'A group of which nobody is at work gives back the slot of its plan, and goes on only when that has one again',
      broken: ({ from, to }) =>
        (isIdle(to) && to.context.slot === 'held') ||
        (granted(to) > granted(from) && to.context.slot !== 'held') ||
        (to.value === 'over' && to.context.reason === null && to.context.slot !== 'held'),
      faults: [
        { guard: 'isIdle', machine: chart.provide({ guards: { isIdle: () => false } }), world: group(false) },
        {
          guard: 'mayGrant',
          machine: chart.provide({ guards: { mayGrant: ({ context }) => isWanted(context) && !context.held } }),
          world: group(false),
        },
        {
          guard: 'isClosed',
          machine: chart.provide({
            guards: { isClosed: ({ context }) => context.closed.length === context.teams && !context.held },
          }),
          world: group(false),
        },
      ],
    },
    {
      theorem: 'A group in which somebody could go on has a slot or has asked for one',
      broken: ({ to: { value, context } }) =>
        !context.held &&
        context.slot === 'none' &&
        ((value === 'running' && isWanted(context)) ||
          (value === 'closing' && context.reason === null && context.closed.length === context.teams)),
      faults: [
        { guard: 'lacksSlot', machine: chart.provide({ guards: { lacksSlot: () => false } }), world: group(false) },
        {
          guard: 'lacksSlotAtEnd',
          machine: chart.provide({ guards: { lacksSlotAtEnd: () => false } }),
          world: group(false),
        },
      ],
    },
    {
      theorem: 'A held group starts nobody and does not end',
      broken: ({ from, event, to }) =>
        from.context.held &&
        from.status === 'active' &&
        event.type !== 'resume' &&
        event.type !== 'cancel' &&
        (granted(to) > granted(from) || to.value === 'over'),
      faults: [
        {
          guard: 'mayGrant',
          machine: chart.provide({
            guards: { mayGrant: ({ context }) => isWanted(context) && context.slot === 'held' },
          }),
          world: group(false),
        },
        {
          guard: 'isClosed',
          machine: chart.provide({ guards: { isClosed: ({ context }) => context.closed.length === context.teams } }),
          world: group(false),
        },
      ],
    },
    {
      theorem: 'A group ends only when every member has ended, and every team has told what it made',
      broken: ({ to }) =>
        to.value === 'over' && (to.context.ended !== to.context.total || to.context.closed.length !== to.context.teams),
      faults: [
        { guard: 'isOver', machine: chart.provide({ guards: { isOver: () => true } }), world: group(false) },
        {
          guard: 'isClosed',
          machine: chart.provide({ guards: { isClosed: () => true } }),
          world: group(false),
        },
      ],
    },
    {
      theorem: 'A group is refused only for a reason',
      broken: ({ to }) => to.value === 'failed' && to.context.refusal === null,
      faults: [
        {
          guard: 'isRefused',
          machine: fromNowhere(chart.provide({ guards: { isRefused: () => true } })),
          world: { ...group(false), events: () => [{ type: 'go' }] },
        },
      ],
    },
    {
      theorem: 'After the first failure a group that fails fast starts nobody, nor does one that was cancelled',
      broken: ({ from, to }) =>
        granted(to) > granted(from) &&
        (to.context.reason !== null || (to.context.failFast && to.context.broken !== null)),
      faults: [
        {
          guard: 'failsFast',
          machine: chart.provide({ guards: { failsFast: () => false } }),
          world: group(true),
        },
      ],
    },
    {
      theorem: 'With the budget used up a group starts nobody, whether it fails fast or not',
      broken: ({ from, to }) => from.context.spentUp && granted(to) > granted(from),
      faults: [
        {
          guard: 'failsFast',
          machine: chart.provide({
            guards: { failsFast: ({ context: { failFast, broken } }) => failFast && broken !== null },
          }),
          world: group(false),
        },
      ],
    },
  ],
};

/** All states of a walk share one system, in which a name can be given once only: here attempts have none. */
const memberMachine = liveMember.provide({
  actions: {
    tellWanted: () => {},
    tellFreed: () => {},
    spawnAttempt: spawnChild('plan', {
      id: ({ context }) => `${context.spec.planId}#${context.attempt}`,
      input: ({ context }) => ({ spec: context.spec, attempt: context.attempt }),
    }),
  },
});

const planId = idOf('M');
const outputs = [
  { outcome: 'complete', planId, baseTree: 't0', treeOid: 't1' },
  { outcome: 'failed', planId, phase: 'execute', fault: faultOf() },
  { outcome: 'failed', planId, phase: 'execute', fault: faultOf('USAGE', 'it cannot be') },
  { outcome: 'cancelled', planId, reason: 'by hand' },
];

/** A member, its attempts answering when they will, and answers of earlier attempts arriving at any time. */
function member(
  maxRetries: number,
  timeoutSeconds: number | null,
  made: ChildTree | null = null,
): World<typeof memberMachine> {
  const limits = { timeoutSeconds, retryFailed: true, maxRetries, retryDelayMs: 1 };
  const given: AnyEventObject[] = [
    { type: 'start', baseTree: 't0', startsWith: [] },
    { type: 'pause' },
    { type: 'resume' },
    { type: 'cancel', reason: 'enough' },
    { type: 'xstate.after.backoff.member.backingOff' },
    { type: 'time.over' },
    { type: 'child.waits' },
    { type: 'child.goes' },
    { type: 'slot.wanted', planId, returns: true },
    { type: 'slot.freed', planId },
  ];
  const said = new Map(
    Array.from({ length: maxRetries + 3 }, (_, attempt) => `${planId}#${attempt}`).map(
      (id): [string, AnyEventObject[]] => [
        id,
        [
          ...outputs.map(output => ({ type: `xstate.done.actor.${id}`, actorId: id, output })),
          { type: `xstate.error.actor.${id}`, actorId: id, error: faultOf('INTERNAL', 'it died') },
        ],
      ],
    ),
  );
  return {
    input: { parentId: idOf('P'), spec: specOf({ planId, depth: 1 }), decisionId: idOf('D'), goal: 'g', made, limits },
    events: ({ context, children }) => [
      ...given,
      ...(context.slot === 'wanted' ? [{ type: 'slot.granted' }] : []),
      ...Object.keys(children).flatMap(id => said.get(id) ?? []),
      ...(said.get(`${planId}#${context.attempt - 1}`) ?? []),
    ],
    key: ({ value, status, context: { state, attempt, attempts, error, child, idle, slot } }) =>
      JSON.stringify([value, status, state, attempt, attempts, error, child, idle, slot]),
  };
}

const isLate = (event: AnyEventObject, attempt: number) =>
  'actorId' in event && event.actorId !== `${planId}#${attempt}`;
const before: ChildTree = { planId, goal: 'g', baseTree: 't0', treeOid: 't1' };
const worlds = [member(0, null), member(1, 5), member(2, 5), member(0, null, before)];

export const memberTheory: Theory<typeof memberMachine> = {
  machine: memberMachine,
  worlds,
  theorems: [
    {
      theorem: 'maxRetries n means at most n + 1 attempts, and none after a permanent fault',
      broken: ({ from, to }) =>
        to.context.attempt > to.context.limits.maxRetries + 1 ||
        (to.context.attempt > from.context.attempt && from.context.error?.retriable !== true),
      faults: [
        {
          guard: 'mayRetry',
          machine: memberMachine.provide({ guards: { mayRetry: () => true } }),
          world: member(0, null),
        },
        {
          guard: 'mayRetry, off by one',
          machine: memberMachine.provide({
            guards: {
              mayRetry: ({ context: { error, attempt, limits } }) =>
                error?.retriable === true && attempt <= limits.maxRetries + 1,
            },
          }),
          world: member(2, null),
        },
      ],
    },
    {
      theorem: 'What an earlier attempt still says changes nothing',
      broken: ({ from, event, to }) =>
        from.value !== 'cancelling' &&
        isLate(event, from.context.attempt) &&
        JSON.stringify(from.context) !== JSON.stringify(to.context),
      faults: [
        {
          guard: 'isStale',
          machine: memberMachine.provide({ guards: { isStale: () => false } }),
          world: member(1, null),
        },
      ],
    },
    {
      theorem: 'A child with a time limit never runs without it, and one that was cancelled has not failed',
      broken: ({ event, to }) =>
        (to.matches({ attempting: 'untimed' }) && to.context.limits.timeoutSeconds !== null) ||
        ((event.output as { outcome?: string } | undefined)?.outcome === 'cancelled' && to.value === 'failed'),
      faults: [
        {
          guard: 'hasTimeLimit',
          machine: memberMachine.provide({ guards: { hasTimeLimit: () => false } }),
          world: member(1, 5),
        },
        {
          guard: 'isCancelled',
          machine: memberMachine.provide({ guards: { isCancelled: () => false } }),
          world: member(0, null),
        },
      ],
    },
    {
      theorem: 'An attempt of which nothing is at work is not timed, and does not run out of time',
      broken: ({ to }) =>
        to.context.idle === true && (to.matches({ attempting: 'timed' }) || to.matches({ attempting: 'expiring' })),
      faults: [
        {
          guard: 'isIdle',
          machine: memberMachine.provide({ guards: { isIdle: () => false } }),
          world: member(0, 5),
        },
        {
          guard: 'time that runs on before a person',
          machine: altered(memberMachine, config =>
            withState(config, 'attempting', state => ({
              ...state,
              on: { ...(state.on as object), 'time.over': '.expiring' },
            })),
          ),
          world: member(0, 5),
        },
      ],
    },
    {
      theorem:
        'An attempt begins only with a slot; a child that waits has none, but that it keeps when paused with its group',
      broken: ({ from, event, to }) =>
        (!from.matches('attempting') && to.matches('attempting') && to.context.slot !== 'held') ||
        (to.matches({ attempting: 'held' }) &&
          from.matches({ attempting: 'held' }) &&
          from.context.slot === 'held' &&
          to.context.slot !== 'held' &&
          event.type === 'slot.freed') ||
        (from.matches('attempting') &&
          !from.matches({ attempting: 'held' }) &&
          event.type === 'slot.freed' &&
          to.context.slot !== 'none'),
      faults: [
        {
          guard: 'hasSlot',
          machine: memberMachine.provide({ guards: { hasSlot: () => true } }),
          world: member(1, null),
        },
        {
          guard: 'hasSlot',
          machine: memberMachine.provide({ guards: { hasSlot: () => false } }),
          world: member(0, null),
        },
      ],
    },
    {
      theorem: 'A member that was called off is never complete',
      broken: ({ from, to }) => from.value === 'cancelling' && to.value === 'complete',
      faults: [
        {
          guard: 'a late result that counts',
          machine: altered(memberMachine, config =>
            withState(config, 'cancelling', state => ({ ...state, on: { 'xstate.done.actor.*': 'complete' } })),
          ),
          world: member(0, null),
        },
      ],
    },
    {
      theorem: 'What was made before is not made again, and what was not is',
      broken: ({ from, to }) =>
        from.matches('nowhere' as never) && (to.value === 'complete') !== (to.context.made !== null),
      faults: [
        lyingAtOnce('isMade', memberMachine.provide({ guards: { isMade: () => true } }), member(0, null)),
        lyingAtOnce('isMade', memberMachine.provide({ guards: { isMade: () => false } }), member(0, null, before)),
      ],
    },
    {
      theorem: 'Only the last failed attempt is marked as not retried, and complete means that a tree came of it',
      broken: ({ to }) =>
        to.context.attempts.slice(0, -1).some(({ wasRetried }) => !wasRetried) ||
        (to.value === 'failed' && to.context.attempts.at(-1)?.wasRetried !== false) ||
        (to.value === 'complete') !== (to.context.child !== null),
      faults: [
        {
          guard: 'isComplete',
          machine: memberMachine.provide({ guards: { isComplete: () => true } }),
          world: member(0, null),
        },
      ],
    },
  ],
};
