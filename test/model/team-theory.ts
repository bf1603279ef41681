/** What must hold of a team: who starts next, and from which tree. */
import { type AnyEventObject, assign, type SnapshotFrom } from 'xstate';
import type { ChildTree } from '../../machines/contract.ts';
import { order } from '../../machines/subplans/order.ts';
import type { Ending, TeamMember } from '../../machines/subplans/protocol.ts';
import { teamMachine } from '../../machines/subplans/team.ts';
import type { SubplanConfig } from '../../src/model/subplan.ts';
import { configOf, faultOf, idOf, memberOf } from '../machines/spec.ts';
import { altered, withState } from './altered.ts';
import type { World } from './explore.ts';
import { begins, claim, sent } from './steps.ts';
import type { SeededFault, Theory } from './theorem.ts';

type Team = typeof teamMachine;
type Snapshot = SnapshotFrom<Team>;

const child = (name: string): ChildTree => ({
  planId: idOf(name),
  goal: name,
  baseTree: 't0',
  treeOid: `t${name}`,
});
/** A plan of another team, on which C waits. */
const other: TeamMember = { ...memberOf('Z'), needs: [], buildsOn: [] };
const endingOf = (state: Ending['state']): Ending => ({
  ...{ planId: idOf('Z'), goal: 'Z', state, isSpentUp: false },
  lineage: state === 'complete' ? [child('Z')] : [],
});

/** A alone, B on A, C on a plan of another team. */
const members = [memberOf('A'), memberOf('B', { dependsOn: ['A'] }), memberOf('C', { dependsOn: ['Z'] })];

function team(config: Partial<SubplanConfig> = {}): World<Team> {
  const whole = configOf({ executionMode: 'dependencyOrdered', ...config });
  const ordered = order(
    [other, ...members].map(each => ({ dependsOn: [], ...each })),
    whole,
  ) as TeamMember[];
  const own = ordered.filter(({ spec }) => spec.planId !== idOf('Z'));
  const endsOf = (name: string): AnyEventObject[] => {
    const status = { ...{ planId: idOf(name), decisionId: 'd', goal: name, attempt: 1, error: null }, attempts: [] };
    const ends = { type: `xstate.done.actor.${idOf(name)}`, actorId: idOf(name) };
    return [
      { ...ends, output: { status: { ...status, state: 'complete' }, child: child(name), hasSlot: true } },
      { ...ends, output: { status: { ...status, state: 'failed', error: faultOf() }, child: null, hasSlot: true } },
      { ...ends, output: { status: { ...status, state: 'cancelled' }, child: null, hasSlot: false } },
    ];
  };
  return {
    input: { team: 0, parentId: idOf('P'), members: own, config: whole, baseTree: 't0' },
    events: ({ context, children }) => [
      ...(context.asked ? [{ type: 'slot.granted', planId: null }] : []),
      ...[{ type: 'pause' }, { type: 'resume' }, { type: 'cancel', reason: 'enough' }],
      ...(context.baseTree === 't0' ? [{ type: 'rebase', baseTree: 't9', landed: [idOf('A')] }] : []),
      ...(idOf('Z') in context.lineages ? [] : [endingOf('complete'), endingOf('failed')]).map(ending => ({
        type: 'dependency.settled',
        ending,
      })),
      ...context.rows.flatMap(({ planId, state }): AnyEventObject[] =>
        state === 'started'
          ? [
              { type: 'slot.granted', planId },
              { type: 'slot.wanted', planId, returns: true },
              { type: 'slot.freed', planId },
            ]
          : state === 'ended'
            ? [{ type: 'slot.granted', planId }]
            : [],
      ),
      ...context.rows.flatMap(({ planId, state, isCalledOff }, index) => {
        const ends = endsOf(['A', 'B', 'C'][index] ?? '');
        if (!(planId in children) || state === 'ended') return [];
        return state === 'started' ? ends : isCalledOff ? ends.slice(2) : [];
      }),
      ...(context.rows.every(({ state }) => state === 'ended') ? [{ type: 'close' }] : []),
    ],
    key: ({ value, context, children }) => JSON.stringify([value, context, Object.keys(children)]),
  };
}

const plain = team();
const chain = team({ mergeStrategy: 'sequentialApply' });

const stateOf = ({ context }: Snapshot, planId: string) => context.rows.find(row => row.planId === planId);
const startsIn = (step: Parameters<typeof sent>[0]) => sent(step).filter(({ event }) => event.type === 'start');
const isReady = ({ context: { rows, lineages } }: Snapshot) =>
  rows.some(
    ({ state, isCalledOff, needs }) => state === 'waiting' && !isCalledOff && needs.every(planId => planId in lineages),
  );
const silent = (guard: string, action: string): SeededFault<Team> => ({
  guard,
  machine: teamMachine.provide({ actions: { [action]: () => {} } }),
  world: plain,
});

export const teamTheory: Theory<Team> = {
  machine: teamMachine,
  worlds: [plain, chain],
  theorems: [
    {
      theorem: 'A member starts once, with a slot that was granted for it, after all that it needs has completed',
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
              !row.isCalledOff &&
              row.needs.every(needed => {
                const lineage = step.from.context.lineages[needed];
                return lineage !== undefined && (lineage.length > 0 || needed !== idOf('Z'));
              })
            );
          },
        ),
      ],
      faults: [
        {
          guard: 'isForOne',
          machine: teamMachine.provide({ guards: { isForOne: () => false } }),
          world: plain,
        },
        {
          guard: 'a dependency that ended in any way',
          machine: teamMachine.provide({
            actions: { keepDependency: assign({ lineages: { [idOf('Z')]: [] } }), callOffHopeless: () => {} },
          }),
          world: plain,
        },
      ],
    },
    {
      theorem: 'A slot that was granted is used or handed back',
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
      faults: [
        { guard: 'isForOne', machine: teamMachine.provide({ guards: { isForOne: () => true } }), world: plain },
        silent('a slot that is lost', 'startNext'),
        silent('a slot that is not passed on', 'passSlotOn'),
      ],
    },
    {
      theorem: 'A team in which somebody could start has asked for a slot',
      claims: [
        claim(
          ({ to }) => to.value === 'working' && isReady(to),
          ({ to, event }) => to.context.asked || event.type === 'rebase',
        ),
        claim(
          ({ event }) => event.type === 'dependency.settled' && event.ending.state === 'complete',
          ({ to }) =>
            idOf('Z') in to.context.lineages || to.context.rows.every(({ needs }) => !needs.includes(idOf('Z'))),
        ),
        claim(
          step => step.to.context.asked && (begins(step) || !step.from.context.asked),
          step => sent(step).some(({ event }) => event.type === 'slot.wanted' && event.planId === null),
        ),
      ],
      faults: [
        silent('a team that does not ask', 'askForSlot'),
        silent('a dependency that is not kept', 'keepDependency'),
      ],
    },
    {
      theorem: 'What depends on a plan that did not complete is called off, and so is everyone when the group is',
      claims: [
        claim(
          ({ from, event }) =>
            event.type === 'dependency.settled' &&
            event.ending.state !== 'complete' &&
            from.context.rows.some(
              ({ needs, state, isCalledOff }) => needs.includes(idOf('Z')) && state === 'waiting' && !isCalledOff,
            ),
          step => sent(step).some(({ to, event }) => to === idOf('C') && event.type === 'cancel'),
        ),
        claim(
          ({ from, event, to }) =>
            event.type === `xstate.done.actor.${idOf('A')}` &&
            event.output.child === null &&
            to.context.rows.some(({ planId, state }) => planId === idOf('B') && state === 'waiting') &&
            stateOf(from, idOf('B'))?.isCalledOff === false,
          ({ to }) => stateOf(to, idOf('B'))?.isCalledOff === true,
        ),
        claim(
          ({ event }) => event.type === 'cancel',
          ({ to }) => to.context.rows.every(({ state, isCalledOff }) => state === 'ended' || isCalledOff),
        ),
      ],
      faults: [silent('members without hope that wait', 'callOffHopeless'), silent('a cancel that stays', 'callOff')],
    },
    {
      theorem: 'Each end is reported once, with its slot, and those at work hear of a pause and of its end',
      claims: [
        claim(
          ({ event }) => event.type.startsWith('xstate.done.actor.'),
          step =>
            sent(step).filter(
              ({ event }) => event.type === 'member.settled' && event.held === step.event.output.hasSlot,
            ).length === 1 && stateOf(step.to, String(step.event.actorId))?.state === 'ended',
        ),
        ...['pause', 'resume'].map(type =>
          claim<Team>(
            ({ event, from }) => event.type === type && from.context.rows.some(({ state }) => state === 'started'),
            step =>
              step.from.context.rows.every(
                ({ planId, state }) =>
                  (state === 'started') === sent(step).some(({ to, event }) => to === planId && event.type === type),
              ),
          ),
        ),
        ...['slot.wanted', 'slot.freed'].map(type =>
          claim<Team>(
            ({ event }) => event.type === type,
            step =>
              sent(step).some(
                ({ event }) => event.type === type && event.planId === step.event.planId && event.team === 0,
              ),
          ),
        ),
      ],
      faults: [
        silent('an end in silence', 'reportEnding'),
        silent('a pause that stays', 'holdMembers'),
        silent('a pause that does not end', 'releaseMembers'),
        silent('a wish that stays', 'passWishOn'),
        silent('a slot that is not given back', 'passFreedOn'),
      ],
    },
    {
      theorem: 'A member starts from the base of now with what it builds on, or from the result of the one before',
      claims: [
        claim(
          step => startsIn(step).length > 0 && step.to.context.bases === 'dependencies',
          step => {
            const { baseTree, startsWith } = (startsIn(step)[0]?.event ?? {}) as unknown as {
              baseTree: string;
              startsWith: ChildTree[];
            };
            const row = stateOf(step.from, startsIn(step)[0]?.to ?? '');
            const isLanded = (planId: string) => step.from.context.baseTree === 't9' && planId === idOf('A');
            return (
              baseTree === step.from.context.baseTree &&
              (row?.buildsOn ?? []).every(
                planId => isLanded(planId) || startsWith.some(started => started.planId === planId),
              )
            );
          },
        ),
        claim(
          ({ event }) => event.type === 'rebase',
          ({ event, to: { context } }) =>
            context.baseTree === event.baseTree &&
            Object.values(context.lineages)
              .flat()
              .every(({ planId }) => !event.landed.includes(planId)),
        ),
        claim(
          step =>
            startsIn(step)[0]?.to === idOf('B') &&
            step.to.context.bases === 'chain' &&
            step.to.context.baseTree === 't0',
          step => startsIn(step)[0]?.event.baseTree === 'tA',
        ),
      ],
      faults: [silent('a base that stays behind', 'rebase')],
    },
    {
      theorem: 'A team that is closed tells all that its members made, in recorded order',
      claims: [
        claim(
          ({ to }) => to.value === 'closed',
          ({ to }) =>
            JSON.stringify(to.output?.statuses.map(({ planId }) => planId)) ===
            JSON.stringify(to.context.rows.map(({ planId }) => planId)),
        ),
      ],
      faults: [
        silent('results that are not kept', 'keepEnding'),
        {
          guard: 'a team that closes when it will',
          machine: altered(teamMachine, config =>
            withState(config, 'working', state => ({ ...state, on: { ...Object(state.on), cancel: 'closed' } })),
          ),
          world: plain,
        },
      ],
    },
  ],
};
