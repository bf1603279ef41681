/**
 * Runs the effect `act` with retries, and decides when to run it again. Ends with its output; throws its last error, so that the
 * actor that invoked the machine receives an error as from `act` itself.
 * 1. At most `triesMax` tries, none after the deadline. Waits for a person, a slot or an agent slot do not count as time.
 * 2. A permanent error is not retried, nor the same error `openAfter` times in a row: then the circuit breaker opens.
 * 3. A rate limit does not count as a try: the machine waits until it is lifted, at most `rateLimitWaitsMax` times.
 * 4. Events that the effect sends to its parent are forwarded.
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

/** How often and for how long an effect is tried. Times are in milliseconds. */
export interface RetryPolicy {
  /** Maximum number of tries, at least 1. Waits for a rate limit are not tries. */
  triesMax: number;
  /** Wait before the second try; doubles with each try. @default 1000 */
  baseMs?: number;
  /** How many times in a row the same error may occur; then the circuit breaker opens. @default 3 */
  openAfter?: number;
  /** Maximum number of waits for a rate limit. @default 24 */
  rateLimitWaitsMax?: number;
  /** Time limit from the first try; waits for a rate limit, a person or a slot do not count. @default 86_400_000 (24 hours) */
  deadlineMs?: number;
  /** Seed of the random part of the waits; the same seed gives the same waits. */
  seed: string;
}

/** The longest wait for a rate limit; one that is lifted later fails at once. */
const rateLimitWaitMsMax = 8 * 86_400_000;
/** The timer for all tries together. */
const deadline = pausableTimerId('deadline');
/** First wait for a rate limit without a reset time; doubles with each wait. */
const rateLimitWaitMsMin = 60_000;

/** Events of the effect for the parent. */
type StepEvent = { type: 'step.completed'; step: number } | ApprovalRequestedEvent;

/** A tool call waits for a person. */
export type ApprovalRequestedEvent = { type: 'approval.requested'; approval: Approval };

/** Events for the retry machine alone: they stop, start and end its clock. */
type RetryClockEvent =
  | { type: 'approval.answered' }
  | { type: 'slot.queued' }
  | { type: 'slot.acquired' }
  | { type: 'timeout' };

/** An agent waits for an agent slot, or has one. */
export type AgentQueueEvent = { type: 'agent.queued'; queue: AgentQueuePosition } | { type: 'agent.admitted' };

/** Events about waits for the parent. */
export type RetryEvent = { type: 'attempt.delayed'; waiting: RetryDelay } | { type: 'attempt.resumed' };

interface RetryContext {
  task: unknown;
  policy: Required<RetryPolicy>;
  /** The errors of the tries so far, without rate limits. */
  errors: SerializedError[];
  /** The number of waits for a rate limit. */
  rateLimitWaits: number;
  error: SerializedError | null;
  answer: unknown;
}

/**
 * Creates a retry machine; `policyOf` returns the policy for an input of the effect. With `reports` the machine sends an event
 * to its parent for each wait, so it needs a parent.
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
              /** It waits for an approval, an agent slot or a slot. */
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

/** The retry machine on its own, for drawing and tests. Takes `policy` from its input; without one it tries three times. */
export const retryMachine = createRetryMachine(task => ({ triesMax: 3, seed: 'attempt', ...policyIn(task) }));

/**
 * Returns an effect with retries: the same input, output and error as the effect, so that it can be provided in its place.
 *
 * @example
 * planMachine.provide({ actors: { strategize: withRetry(strategize, retryPolicyFromProfile) } });
 */
export function withRetry<Task, Answer>(
  act: PromiseActorLogic<Answer, Task>,
  policyOf: (task: Task) => RetryPolicy,
): PromiseActorLogic<Answer, Task> {
  const machine = createRetryMachine(task => policyOf(task as Task), { reports: true });
  // The parent uses only input, output and error, which are those of the effect; the types of the snapshots differ.
  const effect = act as unknown as PromiseActorLogic<unknown, unknown>;
  return machine.provide({ actors: { act: effect } }) as unknown as PromiseActorLogic<Answer, Task>;
}

/**
 * Returns the policy of a plan's profile: its retries when the profile allows recovery without asking, else one try. A subplan has
 * one try, because its group runs the next attempt.
 */
export function retryPolicyFromProfile({ spec, attempt, confidence = 1 }: AttemptInfo): RetryPolicy {
  const { profileSnapshot: profile, depth, planId } = spec;
  const mayRetry = depth === 0 && meetsThreshold(profile, 'recoverErrors', confidence);
  return { triesMax: mayRetry ? profile.retriesMax + 1 : 1, seed: `${planId}#${attempt}` };
}

interface AttemptInfo {
  spec: PlanSpec;
  attempt: number;
  /** Confidence in the plan, from 0 to 1. @default 1 */
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

/** Returns the wait that the error itself states. */
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

function policyIn(task: unknown): Partial<RetryPolicy> {
  const policy = typeof task === 'object' && task !== null && 'policy' in task ? task.policy : null;
  return typeof policy === 'object' && policy !== null ? policy : {};
}

function deadlineError({ deadlineMs }: Required<RetryPolicy>): SerializedError {
  return new TroupeError('TIMED_OUT', `There was no answer within ${deadlineMs / 1000} s`).toJSON();
}
