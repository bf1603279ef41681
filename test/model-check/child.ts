/** What must hold of a member of a group: one child plan, its attempts, its time, its slot. */
import { type AnyEventObject, type SnapshotFrom, spawnChild } from 'xstate';
import type { SubplanTree } from '../../machines/effects.ts';
import { childMachine as liveMember } from '../../machines/subplans/child.machine.ts';
import { sampleError, sampleSpec, ulidOf } from '../machines/fixtures.ts';
import type { World } from './explore.ts';
import { mutate, withState } from './mutate.ts';
import type { Model, SeededMutation } from './property.ts';
import { claim, emitted, isInit, sent } from './steps.ts';

/** All states of a walk share one system, in which a name can be given once only: here attempts have none. */
const memberMachine = liveMember.provide({
  actions: {
    spawnAttempt: spawnChild('plan', {
      id: ({ context }) => `${context.spec.planId}#${context.attempt}`,
      input: ({ context }) => ({ spec: context.spec, attempt: context.attempt }),
    }),
  },
});

const planId = ulidOf('M');
const outputs = [
  { outcome: 'complete', planId, baseTree: 't0', treeOid: 't1' },
  { outcome: 'failed', planId, phase: 'execute', error: sampleError() },
  { outcome: 'failed', planId, phase: 'execute', error: sampleError('USAGE', 'it cannot be') },
  { outcome: 'cancelled', planId, reason: 'by hand' },
];

/** A member, its attempts answering when they will, and answers of earlier attempts arriving at any time. */
function member(
  maxRetries: number,
  timeoutSeconds: number | null,
  reusedTree: SubplanTree | null = null,
): World<typeof memberMachine> {
  const limits = { timeoutSeconds, retryFailed: true, maxRetries, retryDelayMs: 1 };
  const given: AnyEventObject[] = [
    { type: 'start', baseTree: 'b1', startsWith: [] },
    { type: 'pause' },
    { type: 'resume' },
    { type: 'cancel', reason: 'enough' },
    { type: 'xstate.after.backoff.child.backingOff' },
    { type: 'timeout' },
    { type: 'child.idle' },
    { type: 'child.busy' },
    { type: 'slot.requested', planId, resumes: true },
    { type: 'slot.released', planId },
  ];
  const answersById = new Map(
    Array.from({ length: maxRetries + 3 }, (_, attempt) => `${planId}#${attempt}`).map(
      (id): [string, AnyEventObject[]] => [
        id,
        [
          ...outputs.map(output => ({ type: `xstate.done.actor.${id}`, actorId: id, output })),
          { type: `xstate.error.actor.${id}`, actorId: id, error: sampleError('INTERNAL', 'it died') },
        ],
      ],
    ),
  );
  return {
    input: {
      parentId: ulidOf('P'),
      spec: sampleSpec({ planId, depth: 1 }),
      decisionId: ulidOf('D'),
      goal: 'g',
      reusedTree,
      limits,
    },
    events: ({ context, children }) => [
      ...given,
      ...(context.slot === 'wanted' ? [{ type: 'slot.granted' }] : []),
      ...Object.keys(children).flatMap(id => answersById.get(id) ?? []),
      ...(context.attempt > 1 ? (answersById.get(`${planId}#${context.attempt - 1}`) ?? []) : []),
    ],
    key: ({ value, status, context: { state, attempt, attempts, error, child, idle, slot } }) =>
      JSON.stringify([value, status, state, attempt, attempts, error, child, idle, slot]),
  };
}

type Member = typeof memberMachine;
type Snapshot = SnapshotFrom<Member>;

const isLate = (event: AnyEventObject, attempt: number) =>
  'actorId' in event && event.actorId !== `${planId}#${attempt}`;
const before: SubplanTree = { planId, goal: 'g', baseTree: 't0', treeOid: 't1' };
const worlds = [member(0, null), member(1, 5), member(2, 5), member(0, null, before)];

const withGuard = (
  guard: string,
  lie: (args: { context: Snapshot['context'] }) => boolean,
  world = member(0, null),
): SeededMutation<Member> => ({ guard, machine: memberMachine.provide({ guards: { [guard]: lie } }), world });
const withoutAction = (guard: string, action: string, world = member(1, null)): SeededMutation<Member> => ({
  guard,
  machine: memberMachine.provide({ actions: { [action]: () => {} } }),
  world,
});

const isOf = (event: AnyEventObject, kind: string) => event.type.startsWith(`xstate.${kind}.actor.`);
const isTimed = (to: Snapshot) => to.matches({ attempting: 'timed' }) || to.matches({ attempting: 'expiring' });
const isHeld = (snapshot: Snapshot) => snapshot.matches({ attempting: 'paused' });

export const childModel: Model<Member> = {
  machine: memberMachine,
  worlds,
  properties: [
    {
      property: 'maxRetries n means at most n + 1 attempts, and none after a permanent error',
      claims: [
        claim(
          ({ from, to }) => to.context.attempt > from.context.attempt,
          ({ from, to }) =>
            to.context.attempt <= to.context.limits.maxRetries + 1 && from.context.error?.retriable === true,
        ),
        claim(
          ({ event, from, to }) =>
            event.output?.error?.retriable === true &&
            !isLate(event, from.context.attempt) &&
            from.matches('attempting') &&
            from.context.attempt === 1 &&
            to.context.limits.maxRetries > 0,
          ({ to }) => to.value === 'backingOff',
        ),
      ],
      mutations: [
        withGuard('mayRetry', () => true),
        withGuard('mayRetry', () => false, member(2, null)),
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
      property: 'What an earlier attempt still says changes nothing',
      claims: [
        claim(
          ({ from, event }) => from.value !== 'cancelling' && isLate(event, from.context.attempt),
          ({ from, to }) => JSON.stringify([from.value, from.context]) === JSON.stringify([to.value, to.context]),
        ),
      ],
      mutations: [withGuard('isStale', () => false, member(1, null))],
    },
    {
      property: 'The outcome of the current attempt counts: complete, cancelled and failed stay what they are',
      claims: [
        claim(
          ({ from, event }) =>
            from.matches('attempting') && isOf(event, 'done') && !isLate(event, from.context.attempt),
          ({ event, to }) => {
            if (event.output.outcome === 'failed') return ['failed', 'backingOff'].includes(String(to.value));
            return to.value === event.output.outcome;
          },
        ),
        claim(
          ({ to }) => to.status === 'done',
          ({ to: { value, context, output } }) => context.state === value && output?.status.state === value,
        ),
      ],
      mutations: [
        withGuard('isStale', () => true),
        withGuard('isComplete', () => false),
        withGuard('isCancelled', () => false),
        withGuard('isCancelled', () => true),
      ],
    },
    {
      property: 'A child with a time limit never runs without it, and no other has one',
      claims: [
        claim(
          ({ to }) => to.matches({ attempting: 'untimed' }),
          ({ to }) => to.context.limits.timeoutSeconds === null,
        ),
        claim(
          ({ to }) => isTimed(to),
          ({ to }) => to.context.limits.timeoutSeconds !== null,
        ),
        claim(
          ({ from, to }) => !from.matches({ attempting: 'timed' }) && to.matches({ attempting: 'timed' }),
          ({ effects }) => effects.some(({ type }) => type === 'xstate.raise'),
        ),
        claim(
          ({ from, to }) =>
            from.matches({ attempting: 'expiring' }) !== to.matches({ attempting: 'expiring' }) &&
            to.matches({ attempting: 'expiring' }),
          step => sent(step).some(({ event }) => event.type === 'expire'),
        ),
      ],
      mutations: [
        withGuard('hasTimeLimit', () => false, member(1, 5)),
        withGuard('hasTimeLimit', () => true),
        withoutAction('a limit that never runs out', 'startTimer', member(0, 5)),
        withoutAction('an attempt that does not hear that its time is over', 'expireAttempt', member(0, 5)),
      ],
    },
    {
      property: 'An attempt of which nothing is at work is not timed, and does not run out of time',
      claims: [
        claim(
          ({ to }) => to.context.idle === true,
          ({ to }) => !isTimed(to),
        ),
        claim(
          ({ from, to }) => from.matches({ attempting: 'timed' }) && !isTimed(to),
          ({ effects }) => effects.some(({ type }) => type === 'xstate.cancel'),
        ),
      ],
      mutations: [
        withGuard('isIdle', () => false, member(0, 5)),
        withoutAction('time that is not held', 'pauseTimer', member(0, 5)),
        {
          guard: 'time that runs on before a person',
          machine: mutate(memberMachine, config =>
            withState(config, 'attempting', state => ({
              ...state,
              on: { ...(state.on as object), timeout: '.expiring' },
            })),
          ),
          world: member(0, 5),
        },
      ],
    },
    {
      property:
        'An attempt begins only with a slot; a child that waits has none, but that it keeps when paused with its group',
      claims: [
        claim(
          ({ from, to }) => !from.matches('attempting') && to.matches('attempting'),
          ({ to }) => to.context.slot === 'held',
        ),
        claim(
          ({ from, event, to }) =>
            isHeld(from) && isHeld(to) && from.context.slot === 'held' && event.type !== 'slot.released',
          ({ to }) => to.context.slot === 'held',
        ),
        claim(
          ({ from, event }) => from.matches('attempting') && !isHeld(from) && event.type === 'slot.released',
          step => step.to.context.slot === 'none' && sent(step).some(({ event }) => event.type === 'slot.released'),
        ),
        claim(
          ({ from, event }) =>
            from.matches('attempting') && event.type === 'slot.requested' && from.context.slot !== 'held',
          step => step.to.context.slot === 'wanted' && sent(step).some(({ event }) => event.type === 'slot.requested'),
        ),
        claim(
          ({ from, event }) =>
            from.matches('attempting') && event.type === 'slot.requested' && from.context.slot === 'held',
          step => step.to.context.slot === 'held' && sent(step).some(({ event }) => event.type === 'start'),
        ),
        claim(
          ({ from, event }) => from.matches('attempting') && event.type === 'slot.granted',
          step => step.to.context.slot === 'held' && sent(step).some(({ event }) => event.type === 'start'),
        ),
      ],
      mutations: [
        withGuard('hasSlot', () => true, member(1, null)),
        withGuard('hasSlot', () => false),
        withoutAction('a slot that is not passed on', 'forwardSlot'),
        withoutAction('a slot that is given back in silence', 'sendSlotReleased'),
        withoutAction('a slot that is wanted in silence', 'sendSlotRequested'),
      ],
    },
    {
      property: 'A pause, an end of it and a cancel reach the attempt',
      claims: [
        claim(
          ({ from, to }) => from.matches('attempting') && !isHeld(from) && isHeld(to),
          step => sent(step).some(({ event }) => event.type === 'pause'),
        ),
        claim(
          ({ from, to }) => isHeld(from) && to.matches('attempting') && !isHeld(to),
          step => sent(step).some(({ event }) => event.type === 'resume'),
        ),
        claim(
          ({ to, from }) => to.value === 'cancelling' && from.value !== 'cancelling',
          step => sent(step).some(({ event }) => event.type === 'cancel'),
        ),
      ],
      mutations: [
        withoutAction('a pause that stays', 'pauseAttempt'),
        withoutAction('a pause that does not end', 'resumeAttempt'),
        withoutAction('a cancel that stays', 'cancelAttempt'),
      ],
    },
    {
      property:
        'A child keeps what it receives: its base, whether it is active, why it ended; and it stops what has ended',
      claims: [
        claim(
          ({ from, to }) => from.value === 'pending' && to.matches('attempting'),
          ({ to }) => to.context.spec.projectLinks[0]?.baseTree === 'b1',
        ),
        ...[true, false].map(idle =>
          claim<Member>(
            ({ from, event }) => event.type === (idle ? 'child.idle' : 'child.busy') && isHeld(from),
            ({ to }) => to.context.idle === idle,
          ),
        ),
        claim(
          ({ from, to }) => from.matches('attempting') && to.matches({ attempting: 'queued' }),
          ({ to }) => to.context.idle === true,
        ),
        claim(
          ({ from, to }) => from.matches('attempting') && !to.matches('attempting') && to.value !== 'cancelling',
          ({ from, to }) => !(`${planId}#${from.context.attempt}` in to.children),
        ),
        claim(
          ({ from, to }) => to.value === 'cancelled' && from.value !== 'cancelled',
          ({ to }) => to.context.error?.code === 'CANCELLED',
        ),
        claim(
          ({ from, to }) => from.matches('attempting') && to.value === 'backingOff',
          ({ from, to }) => to.context.attempts.length === from.context.attempts.length + 1,
        ),
      ],
      mutations: [
        ...['setBase', 'stopAttempt', 'setCancelReason', 'recordRetriedAttempt'].map(action =>
          withoutAction(`${action}, which does nothing`, action),
        ),
        withoutAction('noteIdle, which does nothing', 'setIdle', member(0, 5)),
        withoutAction('noteBusy, which does nothing', 'setBusy', member(0, 5)),
      ],
    },
    {
      property: 'A member that was called off is never complete',
      claims: [
        claim(
          ({ from, to }) => from.value === 'cancelling' && to.value !== 'cancelling',
          ({ to }) => to.value === 'cancelled',
        ),
      ],
      mutations: [
        {
          guard: 'a late result that counts',
          machine: mutate(memberMachine, config =>
            withState(config, 'cancelling', state => ({ ...state, on: { 'xstate.done.actor.*': 'complete' } })),
          ),
          world: member(0, null),
        },
      ],
    },
    {
      property: 'A subplan that exists is not created again, and one that does not is; a new plan emits its creation',
      claims: [
        claim(
          step => isInit(step) && step.to.context.reusedTree !== null,
          ({ to }) => to.value === 'complete' && to.context.child === to.context.reusedTree,
        ),
        claim(
          step => isInit(step) && step.to.context.reusedTree === null,
          step => step.to.value === 'pending' && emitted(step, 'plan.created').length === 1,
        ),
      ],
      mutations: [
        withGuard('hasReusedTree', () => true),
        withGuard('hasReusedTree', () => false, member(0, null, before)),
        withoutAction('a plan that is made in silence', 'emitCreated'),
      ],
    },
    {
      property: 'Only the last failed attempt is marked as not retried, and complete means that a tree came of it',
      claims: [
        claim(
          ({ to }) => to.context.attempts.length > 1,
          ({ to }) => to.context.attempts.slice(0, -1).every(({ wasRetried }) => wasRetried),
        ),
        claim(
          ({ to }) => to.value === 'failed',
          ({ to }) => to.context.attempts.at(-1)?.wasRetried === false && to.context.error !== null,
        ),
        claim(
          ({ to }) => to.value === 'complete',
          ({ to }) => to.context.child !== null,
        ),
        claim(
          ({ to }) => to.context.child !== null,
          ({ to }) => to.value === 'complete',
        ),
      ],
      mutations: [
        withGuard('isComplete', () => true),
        withoutAction('a failure of which nothing is kept', 'recordFinalAttempt'),
      ],
    },
    {
      property: 'Each state of a child is emitted once, and its cancellation even if its plan never started',
      claims: [
        claim(
          ({ from, to }) => from.context.state !== to.context.state,
          step => emitted(step, 'subplan.changed').at(-1)?.status.state === step.to.context.state,
        ),
        claim(
          ({ from, to }) =>
            to.value === 'cancelled' &&
            ['pending', 'queued', 'backingOff', 'backoffPaused'].includes(String(from.value)),
          step => emitted(step, 'plan.cancelled').length === 1 && emitted(step, 'plan.phase_changed').length === 1,
        ),
        claim(
          ({ from, to }) => to.context.attempt > from.context.attempt,
          step => emitted(step, 'plan.phase_changed').length === 1,
        ),
      ],
      mutations: [
        withoutAction('an unreported cancel', 'emitCancelled'),
        withoutAction('an unreported retry', 'emitRequeued'),
      ],
    },
  ],
};
