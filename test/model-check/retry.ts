/** What must hold of an attempt: how often, and how long, a question is asked. */
import type { SnapshotFrom } from 'xstate';
import { countConsecutive } from '../../machines/circuit-breaker.ts';
import { retryMachine } from '../../machines/index.ts';
import type { SerializedError } from '../../src/model/errors.ts';
import { sampleError } from '../machines/fixtures.ts';
import { mutate, withState } from './mutate.ts';
import type { Model, SeededMutation } from './property.ts';
import { claim, takes } from './steps.ts';
import { withAnswers } from './with-answers.ts';

type Attempt = typeof retryMachine;

const error = sampleError();
const limited = sampleError('RATE_LIMITED', 'later');
const never: SerializedError = { ...limited, details: { retryAfterSeconds: 30 * 86_400 } };
const permanent = sampleError('USAGE', 'it cannot be');
const lastOf = (failures: readonly SerializedError[]) => failures.at(-1) ?? error;

/** The end of a failing attempt is an error by design; what leads there is what is looked at. */
const quiet = mutate(retryMachine, ({ output: _thrown, ...config }) => config);

const asking = withAnswers<Attempt>(
  { policy: { triesMax: 4, openAfter: 3, rateLimitWaitsMax: 2, seed: 's' }, question: null },
  { act: ['answer'] },
  {
    events: [
      { type: 'xstate.after.backoff.attempt.trying.waiting' },
      { type: 'timeout' },
      { type: 'xstate.after.reset.attempt.rateLimited' },
    ],
    errors: [error, sampleError('STALLED', 'it hung'), permanent, limited, never],
  },
);

/** What the effect says on its way, and what it waits for. */
const waiting = withAnswers<Attempt>(
  { policy: { triesMax: 2, openAfter: 3, rateLimitWaitsMax: 1, seed: 's' }, question: null },
  { act: ['answer'] },
  {
    events: [
      ...['step.completed', 'approval.requested', 'approval.answered', 'slot.queued', 'slot.acquired'].map(type => ({
        type,
      })),
      ...['agent.queued', 'agent.admitted', 'timeout'].map(type => ({ type })),
      ...['xstate.after.backoff.attempt.trying.waiting', 'xstate.after.reset.attempt.rateLimited'].map(type => ({
        type,
      })),
    ],
    errors: [error, limited],
  },
);

const withGuard = (
  guard: string,
  lie: (args: { context: SnapshotFrom<Attempt>['context'] }) => boolean,
  world = asking,
): SeededMutation<Attempt> => ({ guard, machine: quiet.provide({ guards: { [guard]: lie } }), world });

const isWaiting = (snapshot: SnapshotFrom<Attempt>) => snapshot.matches({ trying: 'waiting' });
const isWorking = (snapshot: SnapshotFrom<Attempt>) => snapshot.matches({ trying: { acting: 'working' } });
const isHeld = (snapshot: SnapshotFrom<Attempt>) => snapshot.matches({ trying: { acting: 'paused' } });

export const retryModel: Model<Attempt> = {
  machine: quiet,
  worlds: [asking, waiting],
  properties: [
    {
      property:
        'A question is asked at most triesMax times, a permanent error and the same error again and again end it',
      claims: [
        claim(
          ({ from, to }) => isWaiting(to) && !isWaiting(from),
          ({ to: { context } }) =>
            context.errors.length < context.policy.triesMax &&
            countConsecutive(context.errors.slice(0, -1), lastOf(context.errors)) < context.policy.openAfter &&
            context.error?.retriable === true,
        ),
      ],
      mutations: [
        withGuard('mayRetry', () => true),
        withGuard('mayRetry', ({ context }) => context.errors.length < context.policy.triesMax),
        withGuard('mayRetry', ({ context }) => context.error?.retriable === true),
      ],
    },
    {
      property: 'An error that may pass is tried again while there are tries left',
      claims: [
        claim(
          ({ event, from }) => event.error === error && from.context.errors.length === 0,
          ({ to }) => isWaiting(to),
        ),
      ],
      mutations: [withGuard('mayRetry', () => false)],
    },
    {
      property: 'A rate limit is no try, and is waited for only so often and so long',
      claims: [
        claim(
          ({ to }) => to.value === 'rateLimited',
          ({ event, to }) => to.context.rateLimitWaits <= to.context.policy.rateLimitWaitsMax && event.error !== never,
        ),
        claim(
          ({ event }) => event.error === limited || event.error === never,
          ({ from, to }) => to.context.errors === from.context.errors && !isWaiting(to),
        ),
        claim(
          ({ event, from }) => event.error === limited && from.context.rateLimitWaits === 0,
          ({ to }) => to.value === 'rateLimited',
        ),
      ],
      mutations: [
        withGuard('mayWaitForRateLimit', () => true),
        withGuard('mayWaitForRateLimit', () => false),
        withGuard('isRateLimited', () => false),
      ],
    },
    {
      property: 'An attempt is answered or has an error to tell, and never waits without an end',
      claims: [
        takes(isWaiting, { type: 'xstate.after.backoff.attempt.trying.waiting' }),
        takes(({ value }) => value === 'rateLimited', { type: 'xstate.after.reset.attempt.rateLimited' }),
        takes(snapshot => snapshot.matches('trying'), { type: 'timeout' }),
        claim(
          ({ event }) => event.type === 'timeout',
          ({ to }) => to.value === 'failed',
        ),
        claim(
          ({ to }) => to.status === 'done',
          ({ to }) => (to.value === 'answered') === (to.context.error === null),
        ),
      ],
      mutations: [
        {
          guard: 'a deadline without a reason',
          machine: quiet.provide({ actions: { setDeadlineError: () => {} } }),
          world: asking,
        },
      ],
    },
    {
      property: 'Its clock stops while it waits for a person, and runs again after that',
      claims: [
        claim(
          ({ from, to }) => isHeld(to) && !isHeld(from),
          ({ effects }) => effects.some(({ type }) => type === 'xstate.cancel'),
        ),
        claim(
          ({ from, to }) => isHeld(from) && to.matches({ trying: { acting: 'working' } }),
          ({ effects }) => effects.some(({ type }) => type === 'xstate.raise'),
        ),
        takes(isWorking, { type: 'approval.requested' }, { type: 'agent.queued' }, { type: 'slot.queued' }),
        claim(
          ({ event, from }) =>
            isWorking(from) && ['approval.requested', 'agent.queued', 'slot.queued'].includes(event.type),
          ({ to }) => isHeld(to),
        ),
        takes(isHeld, { type: 'approval.answered' }, { type: 'agent.admitted' }, { type: 'slot.acquired' }),
        claim(
          ({ event, from }) =>
            isHeld(from) && ['approval.answered', 'agent.admitted', 'slot.acquired'].includes(event.type),
          ({ to }) => isWorking(to),
        ),
      ],
      mutations: [
        {
          guard: 'time that runs on before a person',
          machine: mutate(quiet, config =>
            withState(config, 'trying.acting.paused', ({ entry: _, ...state }) => state),
          ),
          world: waiting,
        },
        {
          guard: 'time that stands still for good',
          machine: mutate(quiet, config => withState(config, 'trying.acting.paused', ({ exit: _, ...state }) => state)),
          world: waiting,
        },
      ],
    },
    {
      property: 'The reports of a running effect reach its parent',
      claims: ['step.completed', 'approval.requested', 'agent.queued', 'agent.admitted']
        .map(type =>
          claim<Attempt>(
            ({ event, from }) => event.type === type && from.matches({ trying: 'acting' }),
            ({ effects, event }) => effects.some(({ params }) => params.event === event),
          ),
        )
        .concat(
          takes(
            snapshot => snapshot.matches({ trying: 'acting' }),
            ...['step.completed', 'approval.requested', 'agent.queued', 'agent.admitted'].map(type => ({ type })),
          ),
        ),
      mutations: [
        {
          guard: 'a report that is not forwarded',
          machine: quiet.provide({ actions: { forward: () => {} } }),
          world: waiting,
        },
      ],
    },
  ],
};
