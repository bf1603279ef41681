/** The words the chart of one member is written in. */
import { assign, cancel, enqueueActions, type PromiseActorLogic, sendParent, setup, stopChild } from 'xstate';
import type { PlanFact } from '../../src/model/event.ts';
import { Fault, type StoredFault } from '../../src/model/fault.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { SubplanState } from '../../src/model/subplan.ts';
import { linksAt } from '../../src/model/trees.ts';
import { backoffMs } from '../backoff.ts';
import { broken, sameInARow, sameMax } from '../breaker.ts';
import type { ChildTree, PlanOutput } from '../contract.ts';
import { declared } from '../declare.ts';
import type { PlanInput } from '../plan/context.ts';
import { stopwatch } from '../stopwatch.ts';
import { attemptId, type MemberContext, statusOf } from './member-context.ts';
import type { MemberInput, MemberOutput, MemberSignal } from './protocol.ts';

type Ended = { output: PlanOutput };

export const memberSetup = setup({
  types: {
    context: {} as MemberContext,
    events: {} as MemberSignal,
    input: {} as MemberInput,
    output: {} as MemberOutput,
    emitted: {} as PlanFact,
  },
  actors: { plan: declared<PlanInput, PlanOutput>('plan') },
  delays: {
    backoff: ({ context: { limits, attempt, spec } }) =>
      backoffMs({ baseMs: limits.retryDelayMs, tries: attempt, seed: spec.planId }),
  },
  guards: {
    isStale: ({ context }, { actorId }: { actorId: string }) => actorId !== attemptId(context),
    isComplete: (_, { output }: Ended) => output.outcome === 'complete',
    isCancelled: (_, { output }: Ended) => output.outcome === 'cancelled',
    isMade: ({ context }) => context.made !== null,
    isIdle: ({ context }) => context.idle === true,
    hasSlot: ({ context }) => context.slot === 'held',
    hasTimeLimit: ({ context }) => context.limits.timeoutSeconds !== null,
    mayRetry: ({ context }) => {
      const { limits, error, attempt } = context;
      return (
        limits.retryFailed && error?.retriable === true && attempt <= limits.maxRetries && timesOf(context) < sameMax
      );
    },
  },
  actions: {
    tellCreated: enqueueActions(({ context, enqueue }) => {
      const { spec, parentId } = context;
      enqueue.emit({ type: 'plan.created', planId: spec.planId, spec });
      enqueue.emit({ type: 'subplan.changed', planId: parentId, status: statusOf(context) });
    }),
    takeMade: assign(({ context }) => ({ child: context.made })),
    become: enqueueActions(({ context, enqueue }, { state }: { state: SubplanState }) => {
      enqueue.assign({ state });
      enqueue.emit({ type: 'subplan.changed', planId: context.parentId, status: statusOf({ ...context, state }) });
    }),
    keepBase: assign(
      ({ context: { spec } }, { baseTree, startsWith }: { baseTree: string; startsWith: readonly ChildTree[] }) => ({
        spec: based(spec, baseTree, startsWith),
      }),
    ),
    spawnAttempt: enqueueActions(({ context, enqueue }) => {
      enqueue.assign({ idle: false });
      enqueue.spawnChild('plan', {
        id: attemptId(context),
        systemId: `plan:${context.spec.planId}`,
        input: { spec: context.spec, attempt: context.attempt, gated: true },
      });
    }),
    /** Each attempt has the whole limit. */
    runTime: enqueueActions(({ context, enqueue }) => {
      const { timeoutSeconds } = context.limits;
      if (timeoutSeconds === null) return;
      enqueue.raise({ type: 'time.over' }, { id: stopwatch(attemptId(context)), delay: timeoutSeconds * 1000 });
    }),
    holdTime: cancel(({ context }) => stopwatch(attemptId(context))),
    takeSlot: assign({ slot: 'held' }),
    wantSlot: assign({ slot: 'wanted' }),
    leaveSlot: assign({ slot: 'none' }),
    tellWanted: sendParent(({ context }) => ({ type: 'slot.wanted', planId: context.spec.planId, returns: true })),
    tellFreed: sendParent(({ context }) => ({ type: 'slot.freed', planId: context.spec.planId })),
    /** Its plan has what the group has given it. */
    passSlotOn: enqueueActions(({ context, enqueue }) => enqueue.sendTo(attemptId(context), { type: 'start' })),
    noteIdle: assign({ idle: true }),
    noteBusy: assign({ idle: false }),
    stopAttempt: stopChild(({ context }) => attemptId(context)),
    drop: stopChild((_, { actorId }: { actorId: string }) => actorId),
    pauseAttempt: enqueueActions(({ context, enqueue }) => enqueue.sendTo(attemptId(context), { type: 'pause' })),
    resumeAttempt: enqueueActions(({ context, enqueue }) => enqueue.sendTo(attemptId(context), { type: 'resume' })),
    cancelAttempt: enqueueActions(({ context, enqueue }, { reason }: { reason: string }) =>
      enqueue.sendTo(attemptId(context), { type: 'cancel', reason }),
    ),
    expireAttempt: enqueueActions(({ context, enqueue }) =>
      enqueue.sendTo(attemptId(context), { type: 'expire', fault: timedOut(context) }),
    ),
    keepChild: assign(({ context: { goal } }, { output }: Ended) =>
      output.outcome === 'complete'
        ? { child: { planId: output.planId, goal, baseTree: output.baseTree, treeOid: output.treeOid }, error: null }
        : {},
    ),
    keepFailure: assign(({ context }, { output }: Ended) =>
      output.outcome === 'failed'
        ? {
            ...{ error: output.fault, endedIn: output.phase },
            spec: { ...context.spec, guidance: output.guidance ?? context.spec.guidance },
          }
        : { error: cancelled(`the plan ended as ${output.outcome}`), endedIn: context.endedIn },
    ),
    keepError: assign((_, { error }: { error: unknown }) => ({ error: Fault.store(error) })),
    keepReason: assign((_, { reason }: { reason: string }) => ({ error: cancelled(reason) })),
    noteRetried: enqueueActions(({ context, enqueue }) => noteAttempt(context, true, enqueue.assign)),
    /** What ended the attempts for good; when it was the breaker, that is said. */
    noteFinal: enqueueActions(({ context, enqueue }) => {
      const { error, limits, attempt } = context;
      const isCut = error?.retriable === true && attempt <= limits.maxRetries && timesOf(context) >= sameMax;
      const final = isCut ? { ...context, error: broken(error, timesOf(context)) } : context;
      enqueue.assign({ error: final.error });
      noteAttempt(final, false, enqueue.assign);
    }),
    countUp: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    /** The failed attempt's record goes back to the queue; the next attempt is a new actor and cannot say so itself. */
    tellRequeued: enqueueActions(({ context: { spec, endedIn }, enqueue }) =>
      enqueue.emit({
        type: 'plan.phase_changed',
        planId: spec.planId,
        from: { phase: endedIn, state: 'errored' },
        to: { phase: 'strategize', state: 'queued' },
        cause: 'retry',
      }),
    ),
    /** Nobody lives who could say that this plan is cancelled: it never ran, or waits between two attempts. */
    tellWithdrawn: enqueueActions(
      ({ context: { spec, endedIn, attempts }, enqueue }, { reason }: { reason: string }) => {
        const { planId } = spec;
        const state = attempts.length === 0 ? 'queued' : 'errored';
        enqueue.emit({ type: 'plan.cancelled', planId, reason });
        enqueue.emit({
          type: 'plan.phase_changed',
          planId,
          from: { phase: endedIn, state },
          to: { phase: endedIn, state: 'cancelled' },
          cause: 'cancel',
        });
      },
    ),
  },
});

/** How often the last failure came in a row. */
function timesOf({ attempts, error }: MemberContext): number {
  return error === null
    ? 0
    : sameInARow(
        attempts.map(ended => ended.error),
        error,
      );
}

function noteAttempt(
  { attempts, attempt, error }: MemberContext,
  wasRetried: boolean,
  keep: (part: Partial<MemberContext>) => void,
) {
  if (error !== null) keep({ attempts: [...attempts, { attempt, error, wasRetried }] });
}

function based(spec: PlanSpec, baseTree: string, startsWith: readonly ChildTree[]): PlanSpec {
  return {
    ...spec,
    projectLinks: linksAt(spec.projectLinks, baseTree),
    startsWith: startsWith.map(({ planId, baseTree: from, treeOid }) => ({ planId, baseTree: from, treeOid })),
  };
}

function timedOut({ spec: { planId }, goal, limits }: MemberContext): StoredFault {
  return new Fault('TIMED_OUT', `The subplan "${goal}" ran longer than ${limits.timeoutSeconds} s`, {
    where: `plan ${planId}`,
    hints: [`troupe plan logs ${planId}`],
  }).toJSON();
}

export function cancelled(reason: string): StoredFault {
  return new Fault('CANCELLED', reason).toJSON();
}

/** A plan, as far as its supervisor knows. */
export type PlanLogic = PromiseActorLogic<PlanOutput, PlanInput>;
