/** Types, guards and actions of the child machine. */
import { assign, cancel, enqueueActions, type PromiseActorLogic, sendParent, setup, stopChild } from 'xstate';
import { commandHint } from '../../src/model/command-hint.ts';
import { type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { PlanEventPayload } from '../../src/model/event.ts';
import { linksWithBase } from '../../src/model/multi-project-tree.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { SubplanState } from '../../src/model/subplan.ts';
import { backoffMs } from '../backoff.ts';
import { countConsecutive, openAfter, toBreakerError } from '../circuit-breaker.ts';
import type { PlanOutput, SubplanTree } from '../effects.ts';
import { pausableTimerId } from '../pausable-timer.ts';
import type { PlanInput } from '../plan/context.ts';
import { unprovidedActor } from '../unprovided-actor.ts';
import { attemptId, type ChildContext, subplanStatusOf } from './child-context.ts';
import type { ChildInput, ChildMachineEvent, ChildOutput } from './events.ts';

type PlanEnded = { output: PlanOutput };

export const childSetup = setup({
  types: {
    context: {} as ChildContext,
    events: {} as ChildMachineEvent,
    input: {} as ChildInput,
    output: {} as ChildOutput,
    emitted: {} as PlanEventPayload,
  },
  actors: { plan: unprovidedActor<PlanInput, PlanOutput>('plan') },
  delays: {
    backoff: ({ context: { limits, attempt, spec } }) =>
      backoffMs({ baseMs: limits.retryDelayMs, tries: attempt, seed: spec.planId }),
  },
  guards: {
    isStale: ({ context }, { actorId }: { actorId: string }) => actorId !== attemptId(context),
    isComplete: (_, { output }: PlanEnded) => output.outcome === 'complete',
    isCancelled: (_, { output }: PlanEnded) => output.outcome === 'cancelled',
    hasReusedTree: ({ context }) => context.reusedTree !== null,
    isIdle: ({ context }) => context.idle === true,
    hasSlot: ({ context }) => context.slot === 'held',
    hasTimeLimit: ({ context }) => context.limits.timeoutSeconds !== null,
    mayRetry: ({ context }) => {
      const { limits, error, attempt } = context;
      return (
        limits.retryFailed &&
        error?.retriable === true &&
        attempt <= limits.maxRetries &&
        countIdentical(context) < openAfter
      );
    },
  },
  actions: {
    emitCreated: enqueueActions(({ context, enqueue }) => {
      const { spec, parentId } = context;
      enqueue.emit({ type: 'plan.created', planId: spec.planId, spec });
      enqueue.emit({ type: 'subplan.changed', planId: parentId, status: subplanStatusOf(context) });
    }),
    useReusedTree: assign(({ context }) => ({ child: context.reusedTree })),
    setState: enqueueActions(({ context, enqueue }, { state }: { state: SubplanState }) => {
      enqueue.assign({ state });
      enqueue.emit({
        type: 'subplan.changed',
        planId: context.parentId,
        status: subplanStatusOf({ ...context, state }),
      });
    }),
    setBase: assign(
      ({ context: { spec } }, { baseTree, startsWith }: { baseTree: string; startsWith: readonly SubplanTree[] }) => ({
        spec: withBase(spec, baseTree, startsWith),
      }),
    ),
    spawnAttempt: enqueueActions(({ context, enqueue }) => {
      enqueue.assign({ idle: false });
      enqueue.spawnChild('plan', {
        id: attemptId(context),
        systemId: `plan:${context.spec.planId}`,
        input: { spec: context.spec, attempt: context.attempt, usesSlots: true },
      });
    }),
    /** Each attempt has the full time limit. */
    startTimer: enqueueActions(({ context, enqueue }) => {
      const { timeoutSeconds } = context.limits;
      if (timeoutSeconds === null) return;
      enqueue.raise({ type: 'timeout' }, { id: pausableTimerId(attemptId(context)), delay: timeoutSeconds * 1000 });
    }),
    pauseTimer: cancel(({ context }) => pausableTimerId(attemptId(context))),
    acquireSlot: assign({ slot: 'held' }),
    requestSlot: assign({ slot: 'wanted' }),
    releaseSlot: assign({ slot: 'none' }),
    sendSlotRequested: sendParent(({ context }) => ({
      type: 'slot.requested',
      planId: context.spec.planId,
      resumes: true,
    })),
    sendSlotReleased: sendParent(({ context }) => ({ type: 'slot.released', planId: context.spec.planId })),
    /** Passes the group's slot on to the plan. */
    forwardSlot: enqueueActions(({ context, enqueue }) => enqueue.sendTo(attemptId(context), { type: 'start' })),
    setIdle: assign({ idle: true }),
    setBusy: assign({ idle: false }),
    stopAttempt: stopChild(({ context }) => attemptId(context)),
    stopStaleAttempt: stopChild((_, { actorId }: { actorId: string }) => actorId),
    pauseAttempt: enqueueActions(({ context, enqueue }) => enqueue.sendTo(attemptId(context), { type: 'pause' })),
    resumeAttempt: enqueueActions(({ context, enqueue }) => enqueue.sendTo(attemptId(context), { type: 'resume' })),
    cancelAttempt: enqueueActions(({ context, enqueue }, { reason }: { reason: string }) =>
      enqueue.sendTo(attemptId(context), { type: 'cancel', reason }),
    ),
    expireAttempt: enqueueActions(({ context, enqueue }) =>
      enqueue.sendTo(attemptId(context), { type: 'expire', error: timeoutError(context) }),
    ),
    setResult: assign(({ context: { goal } }, { output }: PlanEnded) =>
      output.outcome === 'complete'
        ? { child: { planId: output.planId, goal, baseTree: output.baseTree, treeOid: output.treeOid }, error: null }
        : {},
    ),
    setFailure: assign(({ context }, { output }: PlanEnded) =>
      output.outcome === 'failed'
        ? {
            ...{ error: output.error, lastPhase: output.phase },
            spec: { ...context.spec, guidance: output.guidance ?? context.spec.guidance },
          }
        : { error: subplanCancelledError(`the plan ended as ${output.outcome}`), lastPhase: context.lastPhase },
    ),
    setError: assign((_, { error }: { error: unknown }) => ({ error: TroupeError.serialize(error) })),
    setCancelReason: assign((_, { reason }: { reason: string }) => ({ error: subplanCancelledError(reason) })),
    recordRetriedAttempt: enqueueActions(({ context, enqueue }) => recordAttempt(context, true, enqueue.assign)),
    /** Records the attempt that ended the retries; emits an event when the circuit breaker did. */
    recordFinalAttempt: enqueueActions(({ context, enqueue }) => {
      const { error, limits, attempt } = context;
      const isBreakerOpen =
        error?.retriable === true && attempt <= limits.maxRetries && countIdentical(context) >= openAfter;
      const final = isBreakerOpen ? { ...context, error: toBreakerError(error, countIdentical(context)) } : context;
      enqueue.assign({ error: final.error });
      recordAttempt(final, false, enqueue.assign);
    }),
    incrementAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    /** The failed attempt's plan returns to queued; the next attempt is a new actor and cannot report that itself. */
    emitRequeued: enqueueActions(({ context: { spec, lastPhase }, enqueue }) =>
      enqueue.emit({
        type: 'plan.phase_changed',
        planId: spec.planId,
        from: { phase: lastPhase, state: 'errored' },
        to: { phase: 'strategize', state: 'queued' },
        cause: 'retry',
      }),
    ),
    /** No plan actor exists that could report the cancellation: it never ran, or waits between two attempts. */
    emitCancelled: enqueueActions(
      ({ context: { spec, lastPhase, attempts }, enqueue }, { reason }: { reason: string }) => {
        const { planId } = spec;
        const state = attempts.length === 0 ? 'queued' : 'errored';
        enqueue.emit({ type: 'plan.cancelled', planId, reason });
        enqueue.emit({
          type: 'plan.phase_changed',
          planId,
          from: { phase: lastPhase, state },
          to: { phase: lastPhase, state: 'cancelled' },
          cause: 'cancel',
        });
      },
    ),
  },
});

/** Counts how often the last failure occurred in a row. */
function countIdentical({ attempts, error }: ChildContext): number {
  return error === null
    ? 0
    : countConsecutive(
        attempts.map(ended => ended.error),
        error,
      );
}

function recordAttempt(
  { attempts, attempt, error }: ChildContext,
  wasRetried: boolean,
  assign: (part: Partial<ChildContext>) => void,
) {
  if (error !== null) assign({ attempts: [...attempts, { attempt, error, wasRetried }] });
}

function withBase(spec: PlanSpec, baseTree: string, startsWith: readonly SubplanTree[]): PlanSpec {
  return {
    ...spec,
    projectLinks: linksWithBase(spec.projectLinks, baseTree),
    startsWith: startsWith.map(({ planId, baseTree: from, treeOid }) => ({ planId, baseTree: from, treeOid })),
  };
}

function timeoutError({ spec: { planId }, goal, limits }: ChildContext): SerializedError {
  return new TroupeError('TIMED_OUT', `The subplan "${goal}" ran longer than ${limits.timeoutSeconds} s`, {
    where: `plan ${planId}`,
    hints: [commandHint('plan logs', { planId })],
  }).toJSON();
}

export function subplanCancelledError(reason: string): SerializedError {
  return new TroupeError('CANCELLED', reason).toJSON();
}

/** The logic of a plan, as its supervisor uses it. */
export type PlanLogic = PromiseActorLogic<PlanOutput, PlanInput>;
