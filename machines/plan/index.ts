/**
 * A plan: strategize → execute → apply, as one chart. It decides; effects do, children work, its parent grants turns.
 * `plan.created` is emitted by whoever enlists the plan (the runtime for roots, the subplans supervisor for children),
 * so that it can be seen before it runs.
 * 1. No execute before Strategize is COMPLETE, no apply before Execute is complete (`isStrategized`, `isExecuted`).
 * 2. Never applied with a failed required validation or an open conflict (`isValid`, `isSound`, `isLanded`).
 * 3. At most three reversions (`mayRevert`). 4. Nothing leaves a final state.
 * 5. Each resting state has a way out. 6. Every move between (phase, state) pairs emits `plan.phase_changed`.
 * `npm run prove` explores the whole state space for these.
 */
import type { PlanCommand, PlanOutput } from '../contract.ts';
import { apply } from './apply.ts';
import { unanswered } from './asking.ts';
import { boundary } from './boundary.ts';
import { faultOf, freshContext, made, type PlanContext, placeBefore, recallReason, workplace } from './context.ts';
import { correcting } from './correcting.ts';
import { execute } from './execute/index.ts';
import { collapsing } from './failing.ts';
import { land } from './land.ts';
import { recalling } from './recalling.ts';
import { rollingBack } from './rolling-back.ts';
import { planSetup } from './setup.ts';
import { strategize } from './strategize.ts';

type RollbackCommand = Extract<PlanCommand, { type: 'rollback' }>;
type CorrectCommand = Extract<PlanCommand, { type: 'correct' }>;

/** The command that takes a plan back, wherever it is obeyed. */
const rollback = (...hold: 'holdChildren'[]) => ({
  guard: 'mayRollBack' as const,
  target: '#plan.open.rollingBack',
  actions: [
    ...hold,
    ...(hold.length > 0 ? (['rememberPlace'] as const) : []),
    { type: 'keepOrder' as const, params: ({ event }: { event: RollbackCommand }) => event },
  ],
});

/** The command that changes one decision, wherever it is obeyed. */
const correct = (...hold: 'holdChildren'[]) => ({
  guard: { type: 'mayCorrect' as const, params: ({ event }: { event: CorrectCommand }) => event },
  target: '#plan.open.correcting',
  actions: [
    ...hold,
    ...(hold.length > 0 ? (['rememberPlace'] as const) : []),
    { type: 'keepCorrection' as const, params: ({ event }: { event: CorrectCommand }) => event },
  ],
});

const alive = planSetup.createStateConfig({
  initial: 'strategize',
  on: {
    rollback: rollback('holdChildren'),
    correct: correct('holdChildren'),
    pause: { target: '#plan.open.paused', actions: ['holdChildren', 'rememberPlace'] },
    apply: {
      guard: 'mayApply',
      target: '#plan.open.alive.apply.entering',
      actions: { type: 'keepTarget', params: ({ event }) => event },
    },
  },
  states: {
    strategize,
    execute,
    apply,
    before: { type: 'history', history: 'deep' },
  },
});

const paused = planSetup.createStateConfig({
  tags: ['state:paused', 'resting'],
  entry: { type: 'enter', params: ({ context }) => ({ phase: context.place.phase, state: 'paused' }) },
  on: {
    land,
    resume: { guard: 'landsNothing', target: '#plan.open.resuming' },
    rollback: rollback(),
    correct: correct(),
  },
});

/** A pause never skips the checks: preflight and reconciliation run again, then the plan goes back to the same place. */
const resuming = planSetup.createStateConfig({
  initial: 'checking',
  states: {
    checking: {
      tags: ['checking'],
      invoke: {
        id: 'preflight',
        src: 'preflight',
        input: ({ context: { spec, place } }) => ({ spec, phase: place.phase }),
        onDone: 'reconciling',
        onError: { target: 'blocked', actions: { type: 'keepFault', params: ({ event }) => ({ error: event.error }) } },
      },
    },
    reconciling: boundary({
      phase: null,
      judges: 'nothing',
      passed: '#plan.open.resuming.admitting',
      blocked: 'blocked',
    }),
    admitting: {
      initial: 'deciding',
      states: {
        deciding: { always: [{ guard: 'lostSlot', target: 'waiting' }, { target: '#plan.open.resuming.released' }] },
        waiting: {
          entry: { type: 'wantSlot', params: { returns: true } },
          exit: 'leaveSlot',
          on: { start: { target: '#plan.open.resuming.released', actions: 'takeSlot' } },
        },
      },
    },
    released: {
      always: {
        target: '#plan.open.alive.before',
        actions: [
          'expectGroup',
          { type: 'enter', params: ({ context }) => placeBefore(context) },
          'forgetPlace',
          'releaseChildren',
        ],
      },
    },
    blocked: {
      always: [
        { guard: 'isChild', target: '#plan.recalling', actions: 'recallFailing' },
        { target: '#plan.open.paused', actions: 'tellBlocked' },
      ],
    },
  },
});

/** Everything a plan can be while it is neither ending nor ended. */
const open = planSetup.createStateConfig({
  initial: 'alive',
  on: {
    cancel: { target: '#plan.recalling', actions: { type: 'recallToCancel', params: ({ event }) => event } },
    expire: {
      guard: 'isChild',
      target: '#plan.recalling',
      actions: { type: 'recallToExpire', params: ({ event }) => event },
    },
    checkpoint: {
      guard: 'hasSandbox',
      actions: { type: 'recordCheckpoint', params: ({ event }) => event },
    },
    forget: { actions: { type: 'forgetCheckpoint', params: ({ event }) => event } },
    prompt: { actions: { type: 'keepGuidance', params: ({ event }) => event } },
    'attempt.delayed': { actions: ['withdrawApprovals', { type: 'keepWaiting', params: ({ event }) => event }] },
    'attempt.resumed': { actions: 'forgetWaiting' },
    'approval.asked': { actions: { type: 'ask', params: ({ event }) => event } },
    'approval.expired': {
      guard: { type: 'isAsked', params: ({ event }) => event },
      actions: { type: 'answer', params: ({ event: { approvalId } }) => ({ approvalId, answer: unanswered }) },
    },
    answer: {
      guard: { type: 'isAsked', params: ({ event }) => event },
      actions: { type: 'answer', params: ({ event }) => event },
    },
    'turn.awaited': { actions: { type: 'keepQueue', params: ({ event }) => event } },
    'turn.taken': { actions: 'leaveQueue' },
    constrain: { actions: { type: 'constrain', params: ({ event }) => event } },
    release: {
      guard: { type: 'isBoundBy', params: ({ event }) => event },
      actions: { type: 'release', params: ({ event }) => event },
    },
    start: { guard: 'wantsSlot', actions: 'takeSlot' },
    'group.waits': { guard: 'isGrouped', actions: 'letGroupWait' },
    'group.wants': { guard: 'isGrouped', actions: 'letGroupGo' },
    'step.completed': { actions: { type: 'keepStep', params: ({ event }) => event } },
    /** They die of mistakes of ours only; a plan that has lost its children must not wait for them. */
    'xstate.error.actor.subplans': collapsing,
    'xstate.error.actor.merge': collapsing,
  },
  states: { alive, paused, resuming, rollingBack, correcting },
});

/** The end is decided and told; what is left is to put the sandbox away. Its work is captured in a ref first. */
const parting = planSetup.createStateConfig({
  initial: 'deciding',
  states: {
    deciding: { always: [{ guard: 'hasNoSandbox', target: 'parted' }, { target: 'dismissing' }] },
    dismissing: {
      invoke: {
        id: 'dismiss',
        src: 'dismiss',
        input: ({ context: { spec, sandbox, place } }) => ({ spec, sandbox, reason: place.state }),
        onDone: 'parted',
        onError: 'parted',
      },
    },
    parted: {
      always: [
        { guard: 'isApplied', target: '#plan.applied' },
        { guard: 'isComplete', target: '#plan.completed' },
        { target: '#plan.failed' },
      ],
    },
  },
});

export const planMachine = planSetup.createMachine({
  id: 'plan',
  options: { maxIterations: 1000 },
  context: ({ input }) => freshContext(input),
  initial: 'open',
  on: {
    'xstate.done.actor.landing': {
      actions: [
        { type: 'keepPart', params: ({ event }) => ({ output: event.output }) },
        { type: 'tidyUp', params: ({ event }) => event },
      ],
    },
    'xstate.error.actor.landing': {
      actions: [
        { type: 'losePart', params: ({ event }) => event },
        { type: 'tidyUp', params: ({ event }) => event },
      ],
    },
    'xstate.done.actor.*': { actions: { type: 'tidyUp', params: ({ event }) => event } },
    'xstate.error.actor.*': { actions: { type: 'tidyUp', params: ({ event }) => event } },
  },
  states: {
    open,
    recalling,
    parting,
    applied: { type: 'final', tags: ['phase:apply', 'state:applied', 'final'] },
    completed: { type: 'final', tags: ['phase:execute', 'state:complete', 'final'] },
    failed: {
      type: 'final',
      tags: ['state:errored', 'final'],
      entry: { type: 'enter', params: ({ context }) => ({ phase: context.place.phase, state: 'errored' }) },
    },
    cancelled: {
      type: 'final',
      tags: ['state:cancelled', 'final'],
      entry: [
        'tellCancelled',
        { type: 'enter', params: ({ context }) => ({ phase: context.place.phase, state: 'cancelled' }) },
      ],
    },
  },
  output: ({ context }) => outcomeOf(context),
});

function outcomeOf(context: PlanContext): PlanOutput {
  const { planId } = context.spec;
  switch (context.place.state) {
    case 'applied':
      return { outcome: 'applied', planId };
    case 'cancelled':
      return { outcome: 'cancelled', planId, reason: recallReason(context) };
    case 'complete':
      return {
        outcome: 'complete',
        planId,
        baseTree: workplace(context).startTree,
        treeOid: made(context, 'resultTree'),
      };
    default:
      return {
        ...{ outcome: 'failed', planId, phase: context.place.phase, fault: faultOf(context) },
        ...(context.guidance.length === 0 ? {} : { guidance: context.guidance }),
      };
  }
}
