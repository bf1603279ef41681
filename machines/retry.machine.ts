/**
 * An attempt: one question asked with patience. Owns how often and when it is asked again; what it asks is the effect
 * `act`. Ends with the answer; a final failure is thrown, so that whoever invoked it hears an error as from `act` itself.
 * 1. At most `triesMax` tries, and nothing after the deadline; waiting for a person, or for a turn to work, is not counted.
 * 2. A permanent error is not tried again, nor is the same error `sameMax` times in a row: the breaker opens.
 * 3. A rate limit is no try: the question is parked until the service wants to hear it again, at most `parksMax` times.
 * 4. What the effect says on its way reaches who asked, as if no chart stood between them; so does each wait.
 */
import { assign, cancel, enqueueActions, type PromiseActorLogic, raise, sendParent, setup } from 'xstate';
import type { AgentQueuePosition } from '../src/model/agent-queue.ts';
import type { Approval } from '../src/model/approval.ts';
import { type SerializedError, TroupeError } from '../src/model/errors.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import { meetsThreshold } from '../src/model/profile.ts';
import type { RetryDelay } from '../src/model/retry-delay.ts';
import { backoffMs } from './backoff.ts';
import { countConsecutive, openAfter, toBreakerError } from './circuit-breaker.ts';
import { pausableTimerId } from './pausable-timer.ts';
import { unprovidedActor } from './unprovided-actor.ts';

export interface RetryPolicy {
  triesMax: number;
  /** Wait before the second try; doubles with each. @default 1000 */
  baseMs?: number;
  /** The same error so many times in a row ends it. @default 3 */
  openAfter?: number;
  /** How often a rate limit is waited for. @default 24 */
  rateLimitWaitsMax?: number;
  /** From the first try on; being parked, and waiting for people or for turns, does not count. @default 24 hours */
  deadlineMs?: number;
  /** Spreads the waits; the same seed waits the same. */
  seed: string;
}

/** A rate limit that is lifted later than this is not waited for. */
const rateLimitWaitMsMax = 8 * 86_400_000;
/** The time for all tries together. */
const deadline = pausableTimerId('deadline');
/** How long to leave a service alone that does not say for how long. Doubles with each time. */
const rateLimitWaitMsMin = 60_000;

/** What the effect says on its way, meant for whoever asked. */
type StepEvent = { type: 'step.completed'; step: number } | ApprovalRequestedEvent;

/** A tool call waits for a person. */
export type ApprovalRequestedEvent = { type: 'approval.requested'; approval: Approval };

/** What only the chart that asks hears: a person answered, the plan has no slot to go on, or has one, or the time is used up. */
type RetryClockEvent =
  | { type: 'approval.answered' }
  | { type: 'slot.queued' }
  | { type: 'slot.acquired' }
  | { type: 'timeout' };

/** An agent waits for a turn to work, or has it. */
export type AgentQueueEvent = { type: 'agent.queued'; queue: AgentQueuePosition } | { type: 'agent.admitted' };

/** What who asked hears of waits. */
export type RetryEvent = { type: 'attempt.delayed'; waiting: RetryDelay } | { type: 'attempt.resumed' };

interface RetryContext {
  task: unknown;
  policy: Required<RetryPolicy>;
  /** How the tries made so far failed; rate limits are none. */
  errors: SerializedError[];
  /** How often it was parked. */
  rateLimitWaits: number;
  error: SerializedError | null;
  answer: unknown;
}

/**
 * The chart for questions of one kind; `patienceOf` reads from the question how long to insist. One that `reports` tells
 * who asked of its waits, and cannot stand alone.
 */
export function createRetryMachine(policyOf: (task: unknown) => RetryPolicy, { reports = false } = {}) {
  return setup({
    types: {
      context: {} as RetryContext,
      events: {} as StepEvent | AgentQueueEvent | RetryClockEvent,
      input: {} as unknown,
      output: {} as unknown,
    },
    actors: { act: unprovidedActor<unknown, unknown>('act') },
    delays: {
      deadline: ({ context }) => context.policy.deadlineMs,
      backoff: ({ context }) => backoffWaitMs(context),
      reset: ({ context }) => rateLimitWaitMs(context),
    },
    guards: {
      isRateLimited: ({ context }) => context.error?.category === 'rate_limited',
      mayWaitForRateLimit: ({ context }) =>
        context.rateLimitWaits <= context.policy.rateLimitWaitsMax && rateLimitWaitMs(context) <= rateLimitWaitMsMax,
      mayRetry: ({ context: { policy, errors, error } }) =>
        error?.retriable === true && errors.length < policy.triesMax && countIdentical(errors) < policy.openAfter,
    },
    actions: {
      setAnswer: assign((_, { answer }: { answer: unknown }) => ({ answer, error: null })),
      setError: assign(({ context }, { error }: { error: unknown }) => {
        const failure = TroupeError.serialize(error);
        return failure.category === 'rate_limited'
          ? { error: failure, rateLimitWaits: context.rateLimitWaits + 1 }
          : { error: failure, errors: [...context.errors, failure] };
      }),
      forward: sendParent((_, event: StepEvent | AgentQueueEvent) => event),
      reportDelay: enqueueActions(({ context, enqueue }, { ms }: { ms: number }) => {
        const event: RetryEvent = { type: 'attempt.delayed', waiting: toRetryDelay(context, ms) };
        if (reports) enqueue.sendParent(event);
      }),
      reportResumed: enqueueActions(({ enqueue }) => {
        const event: RetryEvent = { type: 'attempt.resumed' };
        if (reports) enqueue.sendParent(event);
      }),
      startTimer: raise({ type: 'timeout' }, { id: deadline, delay: 'deadline' }),
      pauseTimer: cancel(deadline),
      setDeadlineError: assign(({ context }) => ({ error: context.error ?? deadlineError(context.policy) })),
    },
  }).createMachine({
    id: 'attempt',
    options: { maxIterations: 1000 },
    context: ({ input }) => ({
      task: input,
      policy: { baseMs: 1000, openAfter, rateLimitWaitsMax: 24, deadlineMs: 86_400_000, ...policyOf(input) },
      errors: [],
      rateLimitWaits: 0,
      error: null,
      answer: null,
    }),
    initial: 'trying',
    states: {
      trying: {
        initial: 'acting',
        entry: 'startTimer',
        exit: 'pauseTimer',
        on: {
          'step.completed': { actions: { type: 'forward', params: ({ event }) => event } },
          'approval.requested': { actions: { type: 'forward', params: ({ event }) => event } },
          'agent.queued': { actions: { type: 'forward', params: ({ event }) => event } },
          'agent.admitted': { actions: { type: 'forward', params: ({ event }) => event } },
          timeout: { target: 'failed', actions: 'setDeadlineError' },
        },
        states: {
          acting: {
            invoke: {
              id: 'act',
              src: 'act',
              input: ({ context }: { context: RetryContext }) => context.task,
              onDone: {
                target: '#attempt.answered',
                actions: { type: 'setAnswer', params: ({ event }) => ({ answer: event.output }) },
              },
              onError: {
                target: 'evaluating',
                actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) },
              },
            },
            initial: 'working',
            states: {
              working: {
                on: {
                  'approval.requested': {
                    target: 'paused',
                    actions: { type: 'forward', params: ({ event }) => event },
                  },
                  'agent.queued': { target: 'paused', actions: { type: 'forward', params: ({ event }) => event } },
                  'slot.queued': 'paused',
                },
              },
              /** A person, another agent, or another plan has what it needs. */
              paused: {
                entry: 'pauseTimer',
                exit: 'startTimer',
                on: {
                  'approval.answered': 'working',
                  'slot.acquired': 'working',
                  'agent.admitted': { target: 'working', actions: { type: 'forward', params: ({ event }) => event } },
                },
              },
            },
          },
          evaluating: {
            always: [
              { guard: 'isRateLimited', target: '#attempt.checkingRateLimit' },
              { guard: 'mayRetry', target: 'waiting' },
              { target: '#attempt.failed' },
            ],
          },
          waiting: {
            entry: { type: 'reportDelay', params: ({ context }) => ({ ms: backoffWaitMs(context) }) },
            exit: 'reportResumed',
            after: { backoff: 'acting' },
          },
        },
      },
      checkingRateLimit: { always: [{ guard: 'mayWaitForRateLimit', target: 'rateLimited' }, { target: 'failed' }] },
      rateLimited: {
        entry: { type: 'reportDelay', params: ({ context }) => ({ ms: rateLimitWaitMs(context) }) },
        exit: 'reportResumed',
        after: { reset: 'trying' },
      },
      answered: { type: 'final' },
      failed: { type: 'final' },
    },
    output: ({ context }: { context: RetryContext }) => {
      if (context.error !== null) throw TroupeError.deserialize(toFinalError(context, context.error));
      return context.answer;
    },
  });
}

/** The chart on its own: for drawing, and for questions that bring their own patience. */
export const retryMachine = createRetryMachine(question => ({ triesMax: 3, seed: 'attempt', ...policyIn(question) }));

/**
 * An effect with patience, in place of the effect itself: the same question goes in, the same answer or error comes out.
 * @example planMachine.provide({ actors: { strategize: patient(strategize, patienceOfProfile) } })
 */
export function withRetry<Task, Answer>(
  act: PromiseActorLogic<Answer, Task>,
  policyOf: (task: Task) => RetryPolicy,
): PromiseActorLogic<Answer, Task> {
  const machine = createRetryMachine(task => policyOf(task as Task), { reports: true });
  // Seen from outside, a chart with this input, output and error is what the effect was; its snapshot is its own affair.
  const effect = act as unknown as PromiseActorLogic<unknown, unknown>;
  return machine.provide({ actors: { act: effect } }) as unknown as PromiseActorLogic<Answer, Task>;
}

/**
 * A failing agent is asked again as often as the plan's profile says, if that lets it recover by itself at all; the
 * attempts of a child are its group's.
 */
export function retryPolicyFromProfile({ spec, attempt, confidence = 1 }: AttemptInfo): RetryPolicy {
  const { profileSnapshot: profile, depth, planId } = spec;
  const mayRetry = depth === 0 && meetsThreshold(profile, 'recoverErrors', confidence);
  return { triesMax: mayRetry ? profile.retriesMax + 1 : 1, seed: `${planId}#${attempt}` };
}

interface AttemptInfo {
  spec: PlanSpec;
  attempt: number;
  /** Behind the plan. @default 1 */
  confidence?: number | undefined;
}

function countIdentical(failures: readonly SerializedError[]): number {
  const last = failures.at(-1);
  return last === undefined ? 0 : countConsecutive(failures.slice(0, -1), last);
}

function backoffWaitMs({ error, policy, errors }: RetryContext): number {
  return retryAfterMs(error) ?? backoffMs({ baseMs: policy.baseMs, tries: errors.length, seed: policy.seed });
}

function rateLimitWaitMs({ error, rateLimitWaits, policy }: RetryContext): number {
  return retryAfterMs(error) ?? backoffMs({ baseMs: rateLimitWaitMsMin, tries: rateLimitWaits, seed: policy.seed });
}

/** An error that says when to come back is believed. */
function retryAfterMs(error: SerializedError | null): number | null {
  const seconds = error?.details?.retryAfterSeconds;
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : null;
}

function toRetryDelay({ error, errors, policy }: RetryContext, ms: number): RetryDelay {
  const until = error?.details?.resetAt;
  return {
    error: error ?? deadlineError(policy),
    tries: errors.length,
    triesMax: policy.triesMax,
    waitMs: ms,
    until: typeof until === 'string' ? until : null,
  };
}

function toFinalError({ errors, policy }: RetryContext, error: SerializedError): SerializedError {
  const times = countIdentical(errors);
  const isCut = errors.length < policy.triesMax && times >= policy.openAfter;
  const isOpen = isCut && error.retriable && error.category !== 'rate_limited';
  return isOpen ? toBreakerError(error, times) : error;
}

function policyIn(question: unknown): Partial<RetryPolicy> {
  const policy = typeof question === 'object' && question !== null && 'patience' in question ? question.patience : null;
  return typeof policy === 'object' && policy !== null ? policy : {};
}

function deadlineError({ deadlineMs }: Required<RetryPolicy>): SerializedError {
  return new TroupeError('TIMED_OUT', `There was no answer within ${deadlineMs / 1000} s`).toJSON();
}
