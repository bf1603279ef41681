/**
 * A plan: strategize → execute → apply, as one chart. It decides; effects do, children work, its parent grants turns.
 * `plan.created` is emitted by whoever enlists the plan (the runtime for roots, the subplans supervisor for children),
 * so that it can be seen before it runs.
 * 1. No execute before Strategize is COMPLETE, no apply before Execute is complete (`isStrategized`, `isReviewedResult`).
 * 2. Never applied with a failed required validation or an open conflict (`isValid`, `isResultValid`, `isApplySuccessful`).
 * 3. At most three reversions (`mayRevert`). 4. Nothing leaves a final state.
 * 5. Each resting state has a way out. 6. Every move between (phase, state) pairs emits `plan.phase_changed`.
 * `npm run prove` explores the whole state space for these.
 */
import type { PlanCommand, PlanOutput } from '../effects.ts';
import { expiredAnswer } from './actions/approvals.ts';
import { planActions } from './actions/phases.ts';
import {
  createPlanContext,
  errorOf,
  type PlanContext,
  positionBeforePause,
  requireSandboxAndStart,
  requireTree,
  stopReasonText,
} from './context.ts';
import { apply } from './states/apply.ts';
import { applyPart } from './states/apply-part.ts';
import { correctingState } from './states/correction.ts';
import { execute } from './states/execute/execute.ts';
import { reconcileState } from './states/reconcile.ts';
import { rollingBack } from './states/rollback.ts';
import { stopping } from './states/stop.ts';
import { strategize } from './states/strategize.ts';
import { onChildActorError } from './transitions.ts';

type RollbackCommand = Extract<PlanCommand, { type: 'rollback' }>;
type CorrectCommand = Extract<PlanCommand, { type: 'correct' }>;

/** The command that takes a plan back, wherever it is obeyed. */
const rollback = (...pause: 'pauseChildren'[]) => ({
  guard: 'mayRollBack' as const,
  target: '#plan.active.rollingBack',
  actions: [
    ...pause,
    ...(pause.length > 0 ? (['savePosition'] as const) : []),
    { type: 'setRollback' as const, params: ({ event }: { event: RollbackCommand }) => event },
  ],
});

/** The command that changes one decision, wherever it is obeyed. */
const correct = (...pause: 'pauseChildren'[]) => ({
  guard: { type: 'mayCorrect' as const, params: ({ event }: { event: CorrectCommand }) => event },
  target: '#plan.active.correcting',
  actions: [
    ...pause,
    ...(pause.length > 0 ? (['savePosition'] as const) : []),
    { type: 'setCorrection' as const, params: ({ event }: { event: CorrectCommand }) => event },
  ],
});

const lifecycle = planActions.createStateConfig({
  initial: 'strategize',
  on: {
    rollback: rollback('pauseChildren'),
    correct: correct('pauseChildren'),
    pause: { target: '#plan.active.paused', actions: ['pauseChildren', 'savePosition'] },
    apply: {
      guard: 'mayApply',
      target: '#plan.active.lifecycle.apply.checking',
      actions: { type: 'setApplyTarget', params: ({ event }) => event },
    },
  },
  states: {
    strategize,
    execute,
    apply,
    resumePoint: { type: 'history', history: 'deep' },
  },
});

const paused = planActions.createStateConfig({
  tags: ['state:paused', 'resting'],
  entry: { type: 'setPosition', params: ({ context }) => ({ phase: context.position.phase, state: 'paused' }) },
  on: {
    applyPart,
    resume: { guard: 'isNotApplyingPart', target: '#plan.active.resuming' },
    rollback: rollback(),
    correct: correct(),
  },
});

/** A pause never skips the checks: preflight and reconciliation run again, then the plan goes back to the same place. */
const resuming = planActions.createStateConfig({
  initial: 'checking',
  states: {
    checking: {
      tags: ['checking'],
      invoke: {
        id: 'preflight',
        src: 'preflight',
        input: ({ context: { spec, position } }) => ({ spec, phase: position.phase }),
        onDone: 'reconciling',
        onError: { target: 'blocked', actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) } },
      },
    },
    reconciling: reconcileState({
      phase: null,
      checks: 'nothing',
      passed: '#plan.active.resuming.acquiringSlot',
      blocked: 'blocked',
    }),
    acquiringSlot: {
      initial: 'routing',
      states: {
        routing: {
          always: [{ guard: 'needsSlotToResume', target: 'waiting' }, { target: '#plan.active.resuming.resumed' }],
        },
        waiting: {
          entry: { type: 'requestSlot', params: { resumes: true } },
          exit: 'releaseSlot',
          on: { start: { target: '#plan.active.resuming.resumed', actions: 'acquireSlot' } },
        },
      },
    },
    resumed: {
      always: {
        target: '#plan.active.lifecycle.resumePoint',
        actions: [
          'assumeSubplansBusy',
          { type: 'setPosition', params: ({ context }) => positionBeforePause(context) },
          'clearSavedPosition',
          'resumeChildren',
        ],
      },
    },
    blocked: {
      always: [
        { guard: 'isChild', target: '#plan.stopping', actions: 'stopForFailure' },
        { target: '#plan.active.paused', actions: 'emitBlocked' },
      ],
    },
  },
});

/** Everything a plan can be while it is neither ending nor ended. */
const active = planActions.createStateConfig({
  initial: 'lifecycle',
  on: {
    cancel: { target: '#plan.stopping', actions: { type: 'stopForCancel', params: ({ event }) => event } },
    expire: {
      guard: 'isChild',
      target: '#plan.stopping',
      actions: { type: 'stopForTimeout', params: ({ event }) => event },
    },
    checkpoint: {
      guard: 'hasSandbox',
      actions: { type: 'recordCheckpoint', params: ({ event }) => event },
    },
    deleteCheckpoint: { actions: { type: 'emitCheckpointDeleted', params: ({ event }) => event } },
    prompt: { actions: { type: 'addGuidance', params: ({ event }) => event } },
    'attempt.delayed': { actions: ['withdrawApprovals', { type: 'setRetryDelay', params: ({ event }) => event }] },
    'attempt.resumed': { actions: 'clearRetryDelay' },
    'approval.requested': { actions: { type: 'openApproval', params: ({ event }) => event } },
    'approval.expired': {
      guard: { type: 'isApprovalPending', params: ({ event }) => event },
      actions: {
        type: 'closeApproval',
        params: ({ event: { approvalId } }) => ({ approvalId, answer: expiredAnswer }),
      },
    },
    answerApproval: {
      guard: { type: 'isApprovalPending', params: ({ event }) => event },
      actions: { type: 'closeApproval', params: ({ event }) => event },
    },
    'agent.queued': { actions: { type: 'setAgentQueue', params: ({ event }) => event } },
    'agent.admitted': { actions: 'clearAgentQueue' },
    addInvariant: { actions: { type: 'addInvariant', params: ({ event }) => event } },
    removeInvariant: {
      guard: { type: 'hasInvariant', params: ({ event }) => event },
      actions: { type: 'removeInvariant', params: ({ event }) => event },
    },
    start: { guard: 'isWaitingForSlot', actions: 'acquireSlot' },
    'subplans.idle': { guard: 'hasRunningSubplans', actions: 'setSubplansIdle' },
    'subplans.ready': { guard: 'hasRunningSubplans', actions: 'setSubplansBusy' },
    'step.completed': { actions: { type: 'setCompletedStep', params: ({ event }) => event } },
    /** They die of mistakes of ours only; a plan that has lost its children must not wait for them. */
    'xstate.error.actor.subplans': onChildActorError,
    'xstate.error.actor.merge': onChildActorError,
  },
  states: { lifecycle, paused, resuming, rollingBack, correcting: correctingState },
});

/** The end is decided and told; what is left is to put the sandbox away. Its work is captured in a ref first. */
const finishing = planActions.createStateConfig({
  initial: 'routing',
  states: {
    routing: { always: [{ guard: 'hasNoSandbox', target: 'finished' }, { target: 'archivingSandbox' }] },
    archivingSandbox: {
      invoke: {
        id: 'archiveSandbox',
        src: 'archiveSandbox',
        input: ({ context: { spec, sandbox, position } }) => ({ spec, sandbox, reason: position.state }),
        onDone: 'finished',
        onError: 'finished',
      },
    },
    finished: {
      always: [
        { guard: 'isApplied', target: '#plan.applied' },
        { guard: 'isComplete', target: '#plan.completed' },
        { target: '#plan.failed' },
      ],
    },
  },
});

export const planMachine = planActions.createMachine({
  id: 'plan',
  options: { maxIterations: 1000 },
  context: ({ input }) => createPlanContext(input),
  initial: 'active',
  on: {
    'xstate.done.actor.partialApply': {
      actions: [
        { type: 'recordPartialApply', params: ({ event }) => ({ output: event.output }) },
        { type: 'stopFinishedChild', params: ({ event }) => event },
      ],
    },
    'xstate.error.actor.partialApply': {
      actions: [
        { type: 'recordPartialApplyFailed', params: ({ event }) => event },
        { type: 'stopFinishedChild', params: ({ event }) => event },
      ],
    },
    'xstate.done.actor.*': { actions: { type: 'stopFinishedChild', params: ({ event }) => event } },
    'xstate.error.actor.*': { actions: { type: 'stopFinishedChild', params: ({ event }) => event } },
  },
  states: {
    active,
    stopping,
    finishing,
    applied: { type: 'final', tags: ['phase:apply', 'state:applied', 'final'] },
    completed: { type: 'final', tags: ['phase:execute', 'state:complete', 'final'] },
    failed: {
      type: 'final',
      tags: ['state:errored', 'final'],
      entry: { type: 'setPosition', params: ({ context }) => ({ phase: context.position.phase, state: 'errored' }) },
    },
    cancelled: {
      type: 'final',
      tags: ['state:cancelled', 'final'],
      entry: [
        'emitCancelled',
        { type: 'setPosition', params: ({ context }) => ({ phase: context.position.phase, state: 'cancelled' }) },
      ],
    },
  },
  output: ({ context }) => planOutput(context),
});

function planOutput(context: PlanContext): PlanOutput {
  const { planId } = context.spec;
  switch (context.position.state) {
    case 'applied':
      return { outcome: 'applied', planId };
    case 'cancelled':
      return { outcome: 'cancelled', planId, reason: stopReasonText(context) };
    case 'complete':
      return {
        outcome: 'complete',
        planId,
        baseTree: requireSandboxAndStart(context).startTree,
        treeOid: requireTree(context, 'resultTree'),
      };
    default:
      return {
        ...{ outcome: 'failed', planId, phase: context.position.phase, error: errorOf(context) },
        ...(context.guidance.length === 0 ? {} : { guidance: context.guidance }),
      };
  }
}
