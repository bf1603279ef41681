/** What must hold of a group of subplans: never more at work than the cap, and an end only when all have ended. */
import type { AnyEventObject, SnapshotFrom } from 'xstate';
import { subplansMachine } from '../../machines/index.ts';
import { createSubplansContext, isSlotWanted } from '../../machines/subplans/context.ts';
import type { SubplansInput } from '../../machines/subplans/events.ts';
import { sampleConfig, sampleSpec, subplanOf, ulidOf } from '../machines/fixtures.ts';
import type { World } from './explore.ts';
import { mutate } from './mutate.ts';
import type { Model, SeededMutation } from './property.ts';
import { claim, isInit, sent, takes } from './steps.ts';

type Group = SnapshotFrom<typeof subplansMachine>;

const cap = 2;
/** One more than a shard holds, so that there are two shards to share the slots. */
const members = Array.from({ length: 65 }, (_, index) => subplanOf(index));

/** Two shards, but only so many members to hear of: what holds does not depend on how many there are. */
const chart = mutate(subplansMachine, config => ({
  ...config,
  context: ({ input }: { input: SubplansInput }) => ({ ...createSubplansContext(input), total: 4 }),
}));

/** The fields of the context that distinguish two situations of a group. */
const situationFields = [
  'ended',
  'running',
  'waitingShards',
  'paused',
  'firstFailedId',
  'budgetExhausted',
  'reason',
  'shardOutputs',
  'waiting',
  'slot',
] as const;

const groupKey = ({ value, status, context }: Group): string =>
  JSON.stringify([value, status, ...situationFields.map(field => context[field])]);

/** What shards can send: none asks twice, releases a slot that was not granted, or ends twice. */
function group(failFast: boolean): World<typeof subplansMachine> {
  const config = sampleConfig({ maxParallel: cap, failFast });
  const result = (state: string, isBudgetExhausted = false) => ({
    planId: ulidOf(0),
    goal: 'goal',
    state,
    isBudgetExhausted,
    resultTrees: [],
  });
  const steps: AnyEventObject[] = [
    { type: 'pause' },
    { type: 'resume' },
    { type: 'rebase', baseTree: 't9', appliedPlanIds: [] },
    { type: 'cancel', reason: 'enough' },
  ];
  const finishedEvent = (state: string, held: boolean): AnyEventObject => ({
    type: 'child.finished',
    result: result(state),
    held,
  });
  const spentUp = { type: 'child.finished', result: result('failed', true), held: true };
  const running = [finishedEvent('complete', true), finishedEvent('failed', true), spentUp, { type: 'slot.declined' }];
  const queued = [finishedEvent('cancelled', false)];
  const wishes: AnyEventObject[] = [0, 1].map(shard => ({ type: 'slot.requested', shard, planId: null }));
  /** One of those who wait on their way. */
  const away = ['Z'].map(name => {
    const member = { shard: 0, planId: ulidOf(name) };
    return {
      planId: member.planId,
      leaves: { type: 'slot.released', ...member },
      asks: { type: 'slot.requested', ...member },
      ends: { type: 'child.finished', result: { ...result('cancelled'), planId: member.planId }, held: false },
    };
  });
  const awayIn = ({ waiting: known, running }: Group['context']): AnyEventObject[] =>
    away.flatMap(({ planId, leaves, asks, ends }) => {
      const found = known.find(each => each.planId === planId);
      if (found === undefined) return running > 0 ? [leaves] : [];
      return found.wantsSlot ? [leaves, ends] : [asks, ends];
    });
  const closings = [0, 1].map(shard => ({
    type: `xstate.done.actor.shard-${shard}`,
    actorId: `shard-${shard}`,
    output: { shard, children: [], statuses: [] },
  }));
  return {
    input: { parent: sampleSpec(), members, config, baseTree: 't0' },
    events: ({ context, value }) => [
      ...steps,
      ...wishes.filter(({ shard }) => !context.waitingShards.includes(shard) && context.ended < context.total),
      ...(context.running > 0 && context.ended < context.total ? running : []),
      ...(context.ended + context.running + context.waiting.length < context.total ? queued : []),
      ...(context.ended < context.total ? awayIn(context) : []),
      ...(context.slot === 'wanted' ? [{ type: 'slot.granted' }] : []),
      ...(value === 'collecting'
        ? closings.filter(({ output }) => !context.shardOutputs.some(({ shard }) => shard === output.shard))
        : []),
    ],
    key: groupKey,
  };
}

const granted = ({ context }: Group) => context.running;

const isIdle = ({ value, context }: Group) =>
  value === 'running' &&
  !context.paused &&
  context.running === 0 &&
  context.waiting.length > 0 &&
  !isSlotWanted(context);

type Subplans = typeof subplansMachine;

const withGuard = (
  guard: string,
  lie: (args: { context: Group['context'] }) => boolean,
  world = group(false),
): SeededMutation<Subplans> => ({ guard, machine: chart.provide({ guards: { [guard]: lie } }), world });

/** A group of which one depends on another that is not in it. */
const refused: World<Subplans> = {
  ...group(false),
  input: {
    parent: sampleSpec(),
    members: [subplanOf('A', { dependsOn: ['elsewhere'] })],
    config: sampleConfig({ executionMode: 'dependencyOrdered' }),
    baseTree: 't0',
  },
  events: () => [],
};

const isGranting = ({ from, to }: { from: Group; to: Group }) => granted(to) > granted(from);
const isClosing = ({ value, context }: Group) =>
  value === 'collecting' && context.reason === null && context.shardOutputs.length === context.shardCount;

export const subplansModel: Model<Subplans> = {
  machine: chart,
  worlds: [group(false), group(true), refused],
  properties: [
    {
      property: 'Never more subplans run than the cap, and as many as it lets',
      claims: [
        claim(isGranting, ({ to }) => granted(to) <= cap),
        claim(
          ({ from, to }) => granted(to) < granted(from),
          ({ to }) => granted(to) >= 0,
        ),
        claim(
          ({ to: { value, context } }) =>
            value === 'running' && !context.paused && context.slot === 'held' && context.waitingShards.length > 0,
          ({ to }) => granted(to) >= cap,
        ),
      ],
      mutations: [
        withGuard('canGrantSlot', ({ context }) => context.waitingShards.length > 0),
        withGuard('canGrantSlot', () => false),
      ],
    },
    {
      property:
        'A group without an active child releases the slot of its plan, and continues only when the plan has one again',
      claims: [
        claim(
          ({ to }) => isIdle(to),
          step => step.to.context.slot !== 'held',
        ),
        claim(
          step => step.from.context.slot === 'held' && step.to.context.slot === 'none',
          step => sent(step).some(({ event }) => event.type === 'subplans.idle'),
        ),
        claim(isGranting, ({ to }) => to.context.slot === 'held'),
        claim(
          ({ to }) => to.value === 'done' && to.context.reason === null,
          ({ to }) => to.context.slot === 'held',
        ),
      ],
      mutations: [
        withGuard('isIdle', () => false),
        withGuard('canGrantSlot', ({ context }) => isSlotWanted(context) && !context.paused),
        withGuard(
          'isCollected',
          ({ context }) => context.shardOutputs.length === context.shardCount && !context.paused,
        ),
        {
          guard: 'a slot that is given back in silence',
          machine: chart.provide({ actions: { sendIdle: () => {} } }),
          world: group(false),
        },
      ],
    },
    {
      property: 'A group with a child that could continue has a slot or has asked for one',
      claims: [
        claim(
          ({ to: { value, context } }) => value === 'running' && !context.paused && isSlotWanted(context),
          ({ to }) => to.context.slot !== 'none',
        ),
        claim(
          ({ to }) => isClosing(to) && !to.context.paused,
          ({ to }) => to.context.slot !== 'none',
        ),
        claim(
          ({ from, to }) => from.context.slot === 'none' && to.context.slot === 'wanted',
          step => sent(step).some(({ event }) => event.type === 'subplans.ready'),
        ),
      ],
      mutations: [
        withGuard('needsSlot', () => false),
        withGuard('needsSlotAtEnd', () => false),
        {
          guard: 'a slot that is wanted in silence',
          machine: chart.provide({ actions: { sendReady: () => {} } }),
          world: group(false),
        },
      ],
    },
    {
      property: 'A paused group starts no child and does not end; what one shard receives of it, all receive',
      claims: [
        claim(
          ({ from, event, to }) => from.context.paused && to.context.paused && event.type === 'slot.requested',
          step => !isGranting(step),
        ),
        claim(
          ({ from, to }) => from.status === 'active' && to.value === 'done' && to.context.reason === null,
          ({ to }) => !to.context.paused,
        ),
        takes(
          () => true,
          { type: 'pause' },
          { type: 'resume' },
          { type: 'rebase', baseTree: 't9', appliedPlanIds: [] },
        ),
        claim(
          ({ event, from }) =>
            ['pause', 'resume', 'rebase'].includes(event.type) && from.context.shardOutputs.length === 0,
          step =>
            sent(step).filter(({ event }) => event.type === step.event.type).length === step.to.context.shardCount,
        ),
      ],
      mutations: [
        withGuard('canGrantSlot', ({ context }) => isSlotWanted(context) && context.slot === 'held'),
        withGuard('isCollected', ({ context }) => context.shardOutputs.length === context.shardCount),
        {
          guard: 'shards that do not hear of a pause',
          machine: chart.provide({ actions: { forward: () => {} } }),
          world: group(false),
        },
      ],
    },
    {
      property: 'A group ends only when every child has ended, and every shard has reported its results',
      claims: [
        claim(
          ({ to }) => to.value === 'done',
          ({ to: { context } }) =>
            context.ended === context.total && context.shardOutputs.length === context.shardCount,
        ),
        claim(
          ({ to }) => to.context.ended === to.context.total && to.context.scheduleError === null,
          ({ to }) => ['collecting', 'done'].includes(String(to.value)),
        ),
        claim(
          ({ to: { context } }) =>
            context.scheduleError === null &&
            context.shardOutputs.length === context.shardCount &&
            !context.paused &&
            context.slot === 'held',
          ({ to }) => to.value === 'done',
        ),
      ],
      mutations: [
        withGuard('allEnded', () => true),
        withGuard('allEnded', () => false),
        withGuard('isCollected', () => true),
        withGuard('isCollected', () => false),
      ],
    },
    {
      property: 'A group keeps count of what its shards say',
      claims: [
        claim(
          ({ event }) => event.type === 'child.finished',
          ({ from, to }) => to.context.ended === from.context.ended + 1,
        ),
        claim(
          ({ event, from }) => event.type === 'slot.requested' && event.planId === null && from.context.paused,
          ({ event, to }) => to.context.waitingShards.includes(event.shard),
        ),
        claim(
          ({ event }) => event.type === 'slot.released',
          ({ event, to }) => to.context.waiting.some(({ planId }) => planId === event.planId),
        ),
        claim(
          ({ event, from }) => event.type === 'slot.declined' && from.context.paused,
          ({ from, to }) => granted(to) === granted(from) - 1,
        ),
        claim(
          ({ event }) => event.type === 'slot.granted',
          ({ to }) => to.context.slot !== 'wanted',
        ),
        claim(
          ({ event }) => event.type === 'pause',
          ({ to }) => to.context.paused,
        ),
        claim(
          ({ event }) => event.type === 'resume' || event.type === 'cancel',
          ({ to }) => !to.context.paused,
        ),
        claim(
          ({ from, to }) => from.value !== 'collecting' && to.value === 'collecting',
          step => sent(step).filter(({ event }) => event.type === 'close').length === step.to.context.shardCount,
        ),
        claim(
          ({ event, from }) => event.type.startsWith('xstate.done.actor.shard-') && from.value === 'collecting',
          ({ from, to }) => to.context.shardOutputs.length === from.context.shardOutputs.length + 1,
        ),
      ],
      mutations: [
        'countFinished',
        'enqueueSlotRequest',
        'recordSlotReleased',
        'reclaimSlot',
        'acquireSlot',
        'setPaused',
        'setResumed',
        'closeShards',
        'collectShard',
      ].map(action => ({
        guard: `${action}, which does nothing`,
        machine: chart.provide({ actions: { [action]: () => {} } }),
        world: group(false),
      })),
    },
    {
      property: 'A group is refused only for a reason, and then at once',
      claims: [
        claim(
          step => isInit(step) && step.to.value === 'failed',
          ({ to }) => to.context.scheduleError !== null && to.output?.outcome === 'failed',
        ),
        claim(
          step => isInit(step) && step.to.context.scheduleError !== null,
          ({ to }) => to.value === 'failed',
        ),
      ],
      mutations: [withGuard('isUnschedulable', () => true), withGuard('isUnschedulable', () => false, refused)],
    },
    {
      property: 'After the first failure a group that fails fast starts no child, nor does a cancelled one at any time',
      claims: [
        takes(() => true, { type: 'cancel', reason: 'enough' }),
        claim(
          ({ event, from }) => event.type === 'cancel' && from.value === 'running',
          ({ to }) => to.value !== 'running' && to.context.reason !== null,
        ),
        claim(isGranting, ({ to: { context } }) => context.reason === null),
        claim(
          step => isGranting(step) && step.to.context.failFast,
          ({ to }) => to.context.firstFailedId === null,
        ),
        claim(
          ({ to }) => to.value === 'cancelling',
          ({ to: { context } }) =>
            context.reason !== null || context.budgetExhausted || (context.failFast && context.firstFailedId !== null),
        ),
        claim(
          ({ from, to }) => from.value === 'running' && to.value === 'cancelling',
          step => sent(step).filter(({ event }) => event.type === 'cancel').length === step.to.context.shardCount,
        ),
      ],
      mutations: [
        withGuard('mustCancel', () => false, group(true)),
        withGuard('mustCancel', () => true),
        {
          guard: 'a group that is called off in silence',
          machine: chart.provide({ actions: { cancelAll: () => {} } }),
          world: group(false),
        },
      ],
    },
    {
      property: 'With the budget used up a group starts no child, whether it fails fast or not',
      claims: [
        claim(
          ({ to }) => to.context.budgetExhausted,
          step => step.to.value !== 'running' && !isGranting(step),
        ),
      ],
      mutations: [
        withGuard('mustCancel', ({ context: { failFast, firstFailedId } }) => failFast && firstFailedId !== null),
      ],
    },
  ],
};
