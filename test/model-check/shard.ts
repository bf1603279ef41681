/** What must hold of a shard: who starts next, and from which tree. */
import { type AnyEventObject, assign, type SnapshotFrom } from 'xstate';
import type { SubplanTree } from '../../machines/effects.ts';
import type { ScheduledChild, SubplanResult } from '../../machines/subplans/events.ts';
import { resolveDependencies } from '../../machines/subplans/schedule.ts';
import { shardMachine } from '../../machines/subplans/shard.machine.ts';
import type { SubplanConfig } from '../../src/model/subplan.ts';
import { sampleConfig, sampleError, subplanOf, ulidOf } from '../machines/fixtures.ts';
import type { World } from './explore.ts';
import { mutate, withState } from './mutate.ts';
import type { Model, SeededMutation } from './property.ts';
import { claim, isInit, sent } from './steps.ts';

type Shard = typeof shardMachine;
type Snapshot = SnapshotFrom<Shard>;

const child = (name: string): SubplanTree => ({
  planId: ulidOf(name),
  goal: name,
  baseTree: 't0',
  treeOid: `t${name}`,
});
/** A plan of another shard, on which C waits. */
const other: ScheduledChild = { ...subplanOf('Z'), needs: [], buildsOn: [] };
const endingOf = (state: SubplanResult['state']): SubplanResult => ({
  ...{ planId: ulidOf('Z'), goal: 'Z', state, isBudgetExhausted: false },
  resultTrees: state === 'complete' ? [child('Z')] : [],
});

/** A alone, B on A, C on a plan of another shard. */
const members = [subplanOf('A'), subplanOf('B', { dependsOn: ['A'] }), subplanOf('C', { dependsOn: ['Z'] })];

function shard(config: Partial<SubplanConfig> = {}): World<Shard> {
  const whole = sampleConfig({ executionMode: 'dependencyOrdered', ...config });
  const ordered = resolveDependencies(
    [other, ...members].map(each => ({ dependsOn: [], ...each })),
    whole,
  ) as ScheduledChild[];
  const own = ordered.filter(({ spec }) => spec.planId !== ulidOf('Z'));
  const endsOf = (name: string): AnyEventObject[] => {
    const status = { ...{ planId: ulidOf(name), decisionId: 'd', goal: name, attempt: 1, error: null }, attempts: [] };
    const ends = { type: `xstate.done.actor.${ulidOf(name)}`, actorId: ulidOf(name) };
    return [
      { ...ends, output: { status: { ...status, state: 'complete' }, child: child(name), hasSlot: true } },
      { ...ends, output: { status: { ...status, state: 'failed', error: sampleError() }, child: null, hasSlot: true } },
      { ...ends, output: { status: { ...status, state: 'cancelled' }, child: null, hasSlot: false } },
    ];
  };
  return {
    input: { shard: 0, parentId: ulidOf('P'), children: own, config: whole, baseTree: 't0' },
    events: ({ context, children }) => [
      ...(context.slotRequested ? [{ type: 'slot.granted', planId: null }] : []),
      ...[{ type: 'pause' }, { type: 'resume' }, { type: 'cancel', reason: 'enough' }],
      ...(context.baseTree === 't0' ? [{ type: 'rebase', baseTree: 't9', appliedPlanIds: [ulidOf('A')] }] : []),
      ...(ulidOf('Z') in context.ancestorTrees ? [] : [endingOf('complete'), endingOf('failed')]).map(result => ({
        type: 'dependency.finished',
        result,
      })),
      ...context.rows.flatMap(({ planId, state }): AnyEventObject[] =>
        state === 'started'
          ? [
              { type: 'slot.granted', planId },
              { type: 'slot.requested', planId, resumes: true },
              { type: 'slot.released', planId },
            ]
          : state === 'ended'
            ? [{ type: 'slot.granted', planId }]
            : [],
      ),
      ...context.rows.flatMap(({ planId, state, isCancelled }, index) => {
        const ends = endsOf(['A', 'B', 'C'][index] ?? '');
        if (!(planId in children) || state === 'ended') return [];
        return state === 'started' ? ends : isCancelled ? ends.slice(2) : [];
      }),
      ...(context.rows.every(({ state }) => state === 'ended') ? [{ type: 'close' }] : []),
    ],
    key: ({ value, context, children }) => JSON.stringify([value, context, Object.keys(children)]),
  };
}

const plain = shard();
const chain = shard({ mergeStrategy: 'sequentialApply' });

const stateOf = ({ context }: Snapshot, planId: string) => context.rows.find(row => row.planId === planId);
const startsIn = (step: Parameters<typeof sent>[0]) => sent(step).filter(({ event }) => event.type === 'start');
const isReady = ({ context: { rows, ancestorTrees } }: Snapshot) =>
  rows.some(
    ({ state, isCancelled, needs }) =>
      state === 'waiting' && !isCancelled && needs.every(planId => planId in ancestorTrees),
  );
const withoutAction = (guard: string, action: string): SeededMutation<Shard> => ({
  guard,
  machine: shardMachine.provide({ actions: { [action]: () => {} } }),
  world: plain,
});

export const shardModel: Model<Shard> = {
  machine: shardMachine,
  worlds: [plain, chain],
  properties: [
    {
      property: 'A member starts once, with a slot that was granted for it, after all that it needs has completed',
      claims: [
        claim(
          step => startsIn(step).length > 0,
          step => {
            const planId = startsIn(step)[0]?.to ?? '';
            const row = stateOf(step.from, planId);
            return (
              startsIn(step).length === 1 &&
              step.event.type === 'slot.granted' &&
              step.event.planId === null &&
              row?.state === 'waiting' &&
              !row.isCancelled &&
              row.needs.every(needed => {
                const lineage = step.from.context.ancestorTrees[needed];
                return lineage !== undefined && (lineage.length > 0 || needed !== ulidOf('Z'));
              })
            );
          },
        ),
      ],
      mutations: [
        {
          guard: 'isForOneChild',
          machine: shardMachine.provide({ guards: { isForOneChild: () => false } }),
          world: plain,
        },
        {
          guard: 'a dependency that ended in any way',
          machine: shardMachine.provide({
            actions: {
              recordDependency: assign({ ancestorTrees: { [ulidOf('Z')]: [] } }),
              cancelUnstartable: () => {},
            },
          }),
          world: plain,
        },
      ],
    },
    {
      property: 'A slot that was granted is used or handed back',
      claims: [
        claim(
          ({ event }) => event.type === 'slot.granted' && event.planId === null,
          step =>
            startsIn(step).length === 1 ||
            (!isReady(step.from) && sent(step).some(({ event }) => event.type === 'slot.declined')),
        ),
        claim(
          ({ from, event }) => event.type === 'slot.granted' && stateOf(from, event.planId)?.state === 'started',
          step => sent(step).some(({ to, event }) => to === step.event.planId && event.type === 'slot.granted'),
        ),
        claim(
          ({ from, event }) => event.type === 'slot.granted' && stateOf(from, event.planId)?.state === 'ended',
          step => sent(step).some(({ event }) => event.type === 'slot.declined'),
        ),
      ],
      mutations: [
        {
          guard: 'isForOneChild',
          machine: shardMachine.provide({ guards: { isForOneChild: () => true } }),
          world: plain,
        },
        withoutAction('a slot that is lost', 'startNext'),
        withoutAction('a slot that is not passed on', 'forwardSlot'),
      ],
    },
    {
      property: 'A shard with a child that could start has asked for a slot',
      claims: [
        claim(
          ({ to }) => to.value === 'working' && isReady(to),
          ({ to, event }) => to.context.slotRequested || event.type === 'rebase',
        ),
        claim(
          ({ event }) => event.type === 'dependency.finished' && event.result.state === 'complete',
          ({ to }) =>
            ulidOf('Z') in to.context.ancestorTrees ||
            to.context.rows.every(({ needs }) => !needs.includes(ulidOf('Z'))),
        ),
        claim(
          step => step.to.context.slotRequested && (isInit(step) || !step.from.context.slotRequested),
          step => sent(step).some(({ event }) => event.type === 'slot.requested' && event.planId === null),
        ),
      ],
      mutations: [
        withoutAction('a shard that does not ask', 'requestSlot'),
        withoutAction('a dependency that is not kept', 'recordDependency'),
      ],
    },
    {
      property: 'What depends on a plan that did not complete is called off, and so is everyone when the group is',
      claims: [
        claim(
          ({ from, event }) =>
            event.type === 'dependency.finished' &&
            event.result.state !== 'complete' &&
            from.context.rows.some(
              ({ needs, state, isCancelled }) => needs.includes(ulidOf('Z')) && state === 'waiting' && !isCancelled,
            ),
          step => sent(step).some(({ to, event }) => to === ulidOf('C') && event.type === 'cancel'),
        ),
        claim(
          ({ from, event, to }) =>
            event.type === `xstate.done.actor.${ulidOf('A')}` &&
            event.output.child === null &&
            to.context.rows.some(({ planId, state }) => planId === ulidOf('B') && state === 'waiting') &&
            stateOf(from, ulidOf('B'))?.isCancelled === false,
          ({ to }) => stateOf(to, ulidOf('B'))?.isCancelled === true,
        ),
        claim(
          ({ event }) => event.type === 'cancel',
          ({ to }) => to.context.rows.every(({ state, isCancelled }) => state === 'ended' || isCancelled),
        ),
      ],
      mutations: [
        withoutAction('members without hope that wait', 'cancelUnstartable'),
        withoutAction('a cancel that stays', 'cancelAll'),
      ],
    },
    {
      property: 'Each end is reported once, with its slot, and those at work hear of a pause and of its end',
      claims: [
        claim(
          ({ event }) => event.type.startsWith('xstate.done.actor.'),
          step =>
            sent(step).filter(
              ({ event }) => event.type === 'child.finished' && event.held === step.event.output.hasSlot,
            ).length === 1 && stateOf(step.to, String(step.event.actorId))?.state === 'ended',
        ),
        ...['pause', 'resume'].map(type =>
          claim<Shard>(
            ({ event, from }) => event.type === type && from.context.rows.some(({ state }) => state === 'started'),
            step =>
              step.from.context.rows.every(
                ({ planId, state }) =>
                  (state === 'started') === sent(step).some(({ to, event }) => to === planId && event.type === type),
              ),
          ),
        ),
        ...['slot.requested', 'slot.released'].map(type =>
          claim<Shard>(
            ({ event }) => event.type === type,
            step =>
              sent(step).some(
                ({ event }) => event.type === type && event.planId === step.event.planId && event.shard === 0,
              ),
          ),
        ),
      ],
      mutations: [
        withoutAction('an end in silence', 'sendResult'),
        withoutAction('a pause that stays', 'pauseChildren'),
        withoutAction('a pause that does not end', 'resumeChildren'),
        withoutAction('a wish that stays', 'forwardSlotRequest'),
        withoutAction('a slot that is not given back', 'forwardSlotRelease'),
      ],
    },
    {
      property: 'A member starts from the base of now with what it builds on, or from the result of the one before',
      claims: [
        claim(
          step => startsIn(step).length > 0 && step.to.context.bases === 'dependencies',
          step => {
            const { baseTree, startsWith } = (startsIn(step)[0]?.event ?? {}) as unknown as {
              baseTree: string;
              startsWith: SubplanTree[];
            };
            const row = stateOf(step.from, startsIn(step)[0]?.to ?? '');
            const isAppliedPart = (planId: string) => step.from.context.baseTree === 't9' && planId === ulidOf('A');
            return (
              baseTree === step.from.context.baseTree &&
              (row?.buildsOn ?? []).every(
                planId => isAppliedPart(planId) || startsWith.some(started => started.planId === planId),
              )
            );
          },
        ),
        claim(
          ({ event }) => event.type === 'rebase',
          ({ event, to: { context } }) =>
            context.baseTree === event.baseTree &&
            Object.values(context.ancestorTrees)
              .flat()
              .every(({ planId }) => !event.appliedPlanIds.includes(planId)),
        ),
        claim(
          step =>
            startsIn(step)[0]?.to === ulidOf('B') &&
            step.to.context.bases === 'chain' &&
            step.to.context.baseTree === 't0',
          step => startsIn(step)[0]?.event.baseTree === 'tA',
        ),
      ],
      mutations: [withoutAction('a base that stays behind', 'rebase')],
    },
    {
      property: 'A shard that is closed tells all that its members made, in recorded order',
      claims: [
        claim(
          ({ to }) => to.value === 'closed',
          ({ to }) =>
            JSON.stringify(to.output?.statuses.map(({ planId }) => planId)) ===
            JSON.stringify(to.context.rows.map(({ planId }) => planId)),
        ),
      ],
      mutations: [
        withoutAction('results that are not kept', 'recordResult'),
        {
          guard: 'a shard that closes when it will',
          machine: mutate(shardMachine, config =>
            withState(config, 'working', state => ({ ...state, on: { ...Object(state.on), cancel: 'closed' } })),
          ),
          world: plain,
        },
      ],
    },
  ],
};
