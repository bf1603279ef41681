/**
 * An attempt: one question asked with patience. Owns how often and when it is asked again; what it asks is the effect
 * `act`. Ends with the answer; a final failure is thrown, so that whoever invoked it hears an error as from `act` itself.
 * 1. At most `triesMax` tries, and nothing after the deadline.
 * 2. A permanent fault is not tried again, nor is the same fault `sameMax` times in a row: the breaker opens.
 * 3. What the effect says on its way reaches who asked, as if no chart stood between them.
 * 4. A fault that says when to come back (`details.retryAfterSeconds`) is believed.
 */
import { assign, type PromiseActorLogic, sendParent, setup } from 'xstate';
import { Fault, type StoredFault } from '../src/model/fault.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import { backoffMs } from './backoff.ts';
import { declared } from './declare.ts';

export interface Patience {
  triesMax: number;
  /** Wait before the second try; doubles with each. @default 1000 */
  baseMs?: number;
  /** The same fault so many times in a row ends it. @default 3 */
  sameMax?: number;
  /** From the first try on. @default 24 hours */
  deadlineMs?: number;
  /** Spreads the waits; the same seed waits the same. */
  seed: string;
}

/** What the effect says on its way, meant for whoever asked. */
interface StepNews {
  type: 'step.completed';
  step: number;
}

interface AttemptContext {
  task: unknown;
  patience: Required<Patience>;
  /** Tries made so far. */
  tries: number;
  /** How often the last fault came in a row. */
  same: number;
  fault: StoredFault | null;
  answer: unknown;
}

/** The chart for questions of one kind; `patienceOf` reads from the question how long to insist. */
export function attemptOf(patienceOf: (task: unknown) => Patience) {
  return setup({
    types: {
      context: {} as AttemptContext,
      events: {} as StepNews,
      input: {} as unknown,
      output: {} as unknown,
    },
    actors: { act: declared<unknown, unknown>('act') },
    delays: {
      deadline: ({ context }) => context.patience.deadlineMs,
      backoff: ({ context: { patience, tries, fault } }) =>
        retryAfter(fault) ?? backoffMs({ baseMs: patience.baseMs, tries, seed: patience.seed }),
    },
    guards: {
      mayTryAgain: ({ context: { patience, tries, same, fault } }) =>
        fault?.retriable === true && tries < patience.triesMax && same < patience.sameMax,
    },
    actions: {
      keepAnswer: assign((_, { answer }: { answer: unknown }) => ({ answer, fault: null })),
      keepFault: assign(({ context }, { error }: { error: unknown }) => {
        const fault = Fault.store(error);
        const isSame = context.fault?.code === fault.code && context.fault.message === fault.message;
        return { fault, tries: context.tries + 1, same: isSame ? context.same + 1 : 1 };
      }),
      passOn: sendParent((_, news: StepNews) => news),
      keepLateness: assign(({ context }) => ({ fault: context.fault ?? tooLate(context.patience) })),
    },
  }).createMachine({
    id: 'attempt',
    options: { maxIterations: 1000 },
    context: ({ input }) => ({
      task: input,
      patience: { baseMs: 1000, sameMax: 3, deadlineMs: 86_400_000, ...patienceOf(input) },
      tries: 0,
      same: 0,
      fault: null,
      answer: null,
    }),
    initial: 'trying',
    states: {
      trying: {
        initial: 'acting',
        on: { 'step.completed': { actions: { type: 'passOn', params: ({ event }) => event } } },
        after: { deadline: { target: 'failed', actions: 'keepLateness' } },
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
          },
          judging: { always: [{ guard: 'mayTryAgain', target: 'waiting' }, { target: '#attempt.failed' }] },
          waiting: { after: { backoff: 'acting' } },
        },
      },
      answered: { type: 'final' },
      failed: { type: 'final' },
    },
    output: ({ context: { fault, answer } }: { context: AttemptContext }) => {
      if (fault !== null) throw Fault.revive(fault);
      return answer;
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
  const chart = attemptOf(task => patienceOf(task as Task));
  // Seen from outside, a chart with this input, output and error is what the effect was; its snapshot is its own affair.
  const asked = act as unknown as PromiseActorLogic<unknown, unknown>;
  return chart.provide({ actors: { act: asked } }) as unknown as PromiseActorLogic<Answer, Task>;
}

/** A failing agent is asked again as often as the plan's profile says; the attempts of a child are its group's. */
export function patienceOfProfile({ spec, attempt }: { spec: PlanSpec; attempt: number }): Patience {
  return { triesMax: spec.depth > 0 ? 1 : spec.profileSnapshot.retriesMax + 1, seed: `${spec.planId}#${attempt}` };
}

function retryAfter(fault: StoredFault | null): number | null {
  const seconds = fault?.details?.retryAfterSeconds;
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : null;
}

function patienceIn(question: unknown): Partial<Patience> {
  const found = typeof question === 'object' && question !== null && 'patience' in question ? question.patience : null;
  return typeof found === 'object' && found !== null ? found : {};
}

function tooLate({ deadlineMs }: Required<Patience>): StoredFault {
  return new Fault('TIMED_OUT', `There was no answer within ${deadlineMs / 1000} s`).toJSON();
}
