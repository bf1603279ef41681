/**
 * An attempt: one question asked with patience. Owns how often and when it is asked again; what it asks is the effect
 * `act`. Ends with the answer; a final failure is thrown, so that whoever invoked it hears an error as from `act` itself.
 * 1. At most `triesMax` tries, and nothing after the deadline; waiting for a person, or for a turn to work, is not counted.
 * 2. A permanent fault is not tried again, nor is the same fault `sameMax` times in a row: the breaker opens.
 * 3. A rate limit is no try: the question is parked until the service wants to hear it again, at most `parksMax` times.
 * 4. What the effect says on its way reaches who asked, as if no chart stood between them; so does each wait.
 */
import { assign, cancel, enqueueActions, type PromiseActorLogic, raise, sendParent, setup } from 'xstate';
import type { Approval } from '../src/model/approval.ts';
import { Fault, type StoredFault } from '../src/model/fault.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import { permits } from '../src/model/profile.ts';
import type { Queue } from '../src/model/queue.ts';
import type { Waiting } from '../src/model/waiting.ts';
import { backoffMs } from './backoff.ts';
import { broken, sameInARow, sameMax } from './breaker.ts';
import { declared } from './declare.ts';
import { stopwatch } from './stopwatch.ts';

export interface Patience {
  triesMax: number;
  /** Wait before the second try; doubles with each. @default 1000 */
  baseMs?: number;
  /** The same fault so many times in a row ends it. @default 3 */
  sameMax?: number;
  /** How often a rate limit is waited for. @default 24 */
  parksMax?: number;
  /** From the first try on; being parked, and waiting for people or for turns, does not count. @default 24 hours */
  deadlineMs?: number;
  /** Spreads the waits; the same seed waits the same. */
  seed: string;
}

/** A rate limit that is lifted later than this is not waited for. */
const parkedMsMax = 8 * 86_400_000;
/** The time for all tries together. */
const deadline = stopwatch('deadline');
/** How long to leave a service alone that does not say for how long. Doubles with each time. */
const parkedMsMin = 60_000;

/** What the effect says on its way, meant for whoever asked. */
type StepNews = { type: 'step.completed'; step: number } | ApprovalNews;

/** A tool call waits for a person. */
export type ApprovalNews = { type: 'approval.asked'; approval: Approval };

/** What only the chart that asks hears: a person answered, the plan has no slot to go on, or has one, or the time is used up. */
type ClockNews = { type: 'approval.heard' } | { type: 'slot.awaited' } | { type: 'slot.taken' } | { type: 'time.over' };

/** An agent waits for a turn to work, or has it. */
export type TurnNews = { type: 'turn.awaited'; queue: Queue } | { type: 'turn.taken' };

/** What who asked hears of waits. */
export type AttemptNews = { type: 'attempt.delayed'; waiting: Waiting } | { type: 'attempt.resumed' };

interface AttemptContext {
  task: unknown;
  patience: Required<Patience>;
  /** How the tries made so far failed; rate limits are none. */
  failures: StoredFault[];
  /** How often it was parked. */
  parks: number;
  fault: StoredFault | null;
  answer: unknown;
}

/**
 * The chart for questions of one kind; `patienceOf` reads from the question how long to insist. One that `reports` tells
 * who asked of its waits, and cannot stand alone.
 */
export function attemptOf(patienceOf: (task: unknown) => Patience, { reports = false } = {}) {
  return setup({
    types: {
      context: {} as AttemptContext,
      events: {} as StepNews | TurnNews | ClockNews,
      input: {} as unknown,
      output: {} as unknown,
    },
    actors: { act: declared<unknown, unknown>('act') },
    delays: {
      deadline: ({ context }) => context.patience.deadlineMs,
      backoff: ({ context }) => waitMs(context),
      reset: ({ context }) => parkedMs(context),
    },
    guards: {
      isLimited: ({ context }) => context.fault?.category === 'rate_limited',
      mayPark: ({ context }) => context.parks <= context.patience.parksMax && parkedMs(context) <= parkedMsMax,
      mayTryAgain: ({ context: { patience, failures, fault } }) =>
        fault?.retriable === true && failures.length < patience.triesMax && timesOf(failures) < patience.sameMax,
    },
    actions: {
      keepAnswer: assign((_, { answer }: { answer: unknown }) => ({ answer, fault: null })),
      keepFault: assign(({ context }, { error }: { error: unknown }) => {
        const fault = Fault.store(error);
        return fault.category === 'rate_limited'
          ? { fault, parks: context.parks + 1 }
          : { fault, failures: [...context.failures, fault] };
      }),
      passOn: sendParent((_, news: StepNews | TurnNews) => news),
      tellWait: enqueueActions(({ context, enqueue }, { ms }: { ms: number }) => {
        const news: AttemptNews = { type: 'attempt.delayed', waiting: waitingOf(context, ms) };
        if (reports) enqueue.sendParent(news);
      }),
      tellResumed: enqueueActions(({ enqueue }) => {
        const news: AttemptNews = { type: 'attempt.resumed' };
        if (reports) enqueue.sendParent(news);
      }),
      runTime: raise({ type: 'time.over' }, { id: deadline, delay: 'deadline' }),
      holdTime: cancel(deadline),
      keepLateness: assign(({ context }) => ({ fault: context.fault ?? tooLate(context.patience) })),
    },
  }).createMachine({
    id: 'attempt',
    options: { maxIterations: 1000 },
    context: ({ input }) => ({
      task: input,
      patience: { baseMs: 1000, sameMax, parksMax: 24, deadlineMs: 86_400_000, ...patienceOf(input) },
      failures: [],
      parks: 0,
      fault: null,
      answer: null,
    }),
    initial: 'trying',
    states: {
      trying: {
        initial: 'acting',
        entry: 'runTime',
        exit: 'holdTime',
        on: {
          'step.completed': { actions: { type: 'passOn', params: ({ event }) => event } },
          'approval.asked': { actions: { type: 'passOn', params: ({ event }) => event } },
          'turn.awaited': { actions: { type: 'passOn', params: ({ event }) => event } },
          'turn.taken': { actions: { type: 'passOn', params: ({ event }) => event } },
          'time.over': { target: 'failed', actions: 'keepLateness' },
        },
        states: {
          acting: {
            invoke: {
              id: 'act',
              src: 'act',
              input: ({ context }: { context: AttemptContext }) => context.task,
              onDone: {
                target: '#attempt.answered',
                actions: { type: 'keepAnswer', params: ({ event }) => ({ answer: event.output }) },
              },
              onError: {
                target: 'judging',
                actions: { type: 'keepFault', params: ({ event }) => ({ error: event.error }) },
              },
            },
            initial: 'working',
            states: {
              working: {
                on: {
                  'approval.asked': { target: 'held', actions: { type: 'passOn', params: ({ event }) => event } },
                  'turn.awaited': { target: 'held', actions: { type: 'passOn', params: ({ event }) => event } },
                  'slot.awaited': 'held',
                },
              },
              /** A person, another agent, or another plan has what it needs. */
              held: {
                entry: 'holdTime',
                exit: 'runTime',
                on: {
                  'approval.heard': 'working',
                  'slot.taken': 'working',
                  'turn.taken': { target: 'working', actions: { type: 'passOn', params: ({ event }) => event } },
                },
              },
            },
          },
          judging: {
            always: [
              { guard: 'isLimited', target: '#attempt.limited' },
              { guard: 'mayTryAgain', target: 'waiting' },
              { target: '#attempt.failed' },
            ],
          },
          waiting: {
            entry: { type: 'tellWait', params: ({ context }) => ({ ms: waitMs(context) }) },
            exit: 'tellResumed',
            after: { backoff: 'acting' },
          },
        },
      },
      limited: { always: [{ guard: 'mayPark', target: 'parked' }, { target: 'failed' }] },
      parked: {
        entry: { type: 'tellWait', params: ({ context }) => ({ ms: parkedMs(context) }) },
        exit: 'tellResumed',
        after: { reset: 'trying' },
      },
      answered: { type: 'final' },
      failed: { type: 'final' },
    },
    output: ({ context }: { context: AttemptContext }) => {
      if (context.fault !== null) throw Fault.revive(finalFault(context, context.fault));
      return context.answer;
    },
  });
}

/** The chart on its own: for drawing, and for questions that bring their own patience. */
export const attemptMachine = attemptOf(question => ({ triesMax: 3, seed: 'attempt', ...patienceIn(question) }));

/**
 * An effect with patience, in place of the effect itself: the same question goes in, the same answer or fault comes out.
 * @example planMachine.provide({ actors: { strategize: patient(strategize, patienceOfProfile) } })
 */
export function patient<Task, Answer>(
  act: PromiseActorLogic<Answer, Task>,
  patienceOf: (task: Task) => Patience,
): PromiseActorLogic<Answer, Task> {
  const chart = attemptOf(task => patienceOf(task as Task), { reports: true });
  // Seen from outside, a chart with this input, output and error is what the effect was; its snapshot is its own affair.
  const asked = act as unknown as PromiseActorLogic<unknown, unknown>;
  return chart.provide({ actors: { act: asked } }) as unknown as PromiseActorLogic<Answer, Task>;
}

/**
 * A failing agent is asked again as often as the plan's profile says, if that lets it recover by itself at all; the
 * attempts of a child are its group's.
 */
export function patienceOfProfile({ spec, attempt, confidence = 1 }: Attempted): Patience {
  const { profileSnapshot: profile, depth, planId } = spec;
  const again = depth === 0 && permits(profile, 'recoverErrors', confidence);
  return { triesMax: again ? profile.retriesMax + 1 : 1, seed: `${planId}#${attempt}` };
}

interface Attempted {
  spec: PlanSpec;
  attempt: number;
  /** Behind the plan. @default 1 */
  confidence?: number | undefined;
}

function timesOf(failures: readonly StoredFault[]): number {
  const last = failures.at(-1);
  return last === undefined ? 0 : sameInARow(failures.slice(0, -1), last);
}

function waitMs({ fault, patience, failures }: AttemptContext): number {
  return askedMs(fault) ?? backoffMs({ baseMs: patience.baseMs, tries: failures.length, seed: patience.seed });
}

function parkedMs({ fault, parks, patience }: AttemptContext): number {
  return askedMs(fault) ?? backoffMs({ baseMs: parkedMsMin, tries: parks, seed: patience.seed });
}

/** A fault that says when to come back is believed. */
function askedMs(fault: StoredFault | null): number | null {
  const seconds = fault?.details?.retryAfterSeconds;
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : null;
}

function waitingOf({ fault, failures, patience }: AttemptContext, ms: number): Waiting {
  const until = fault?.details?.resetAt;
  return {
    fault: fault ?? tooLate(patience),
    tries: failures.length,
    triesMax: patience.triesMax,
    waitMs: ms,
    until: typeof until === 'string' ? until : null,
  };
}

function finalFault({ failures, patience }: AttemptContext, fault: StoredFault): StoredFault {
  const times = timesOf(failures);
  const isCut = failures.length < patience.triesMax && times >= patience.sameMax;
  const isOpen = isCut && fault.retriable && fault.category !== 'rate_limited';
  return isOpen ? broken(fault, times) : fault;
}

function patienceIn(question: unknown): Partial<Patience> {
  const found = typeof question === 'object' && question !== null && 'patience' in question ? question.patience : null;
  return typeof found === 'object' && found !== null ? found : {};
}

function tooLate({ deadlineMs }: Required<Patience>): StoredFault {
  return new Fault('TIMED_OUT', `There was no answer within ${deadlineMs / 1000} s`).toJSON();
}
