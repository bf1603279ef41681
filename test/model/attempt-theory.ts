/** What must hold of an attempt: how often, and how long, a question is asked. */
import type { SnapshotFrom } from 'xstate';
import { sameInARow } from '../../machines/breaker.ts';
import { attemptMachine } from '../../machines/index.ts';
import type { StoredFault } from '../../src/model/fault.ts';
import { faultOf } from '../machines/spec.ts';
import { altered, withState } from './altered.ts';
import { answering } from './answering.ts';
import { claim } from './steps.ts';
import type { SeededFault, Theory } from './theorem.ts';

type Attempt = typeof attemptMachine;

const fault = faultOf();
const limited = faultOf('RATE_LIMITED', 'later');
const never: StoredFault = { ...limited, details: { retryAfterSeconds: 30 * 86_400 } };
const permanent = faultOf('USAGE', 'it cannot be');
const lastOf = (failures: readonly StoredFault[]) => failures.at(-1) ?? fault;

/** The end of a failing attempt is an error by design; what leads there is what is looked at. */
const quiet = altered(attemptMachine, ({ output: _thrown, ...config }) => config);

const asking = answering<Attempt>(
  { patience: { triesMax: 4, sameMax: 3, parksMax: 2, seed: 's' }, question: null },
  { act: ['answer'] },
  {
    events: [
      { type: 'xstate.after.backoff.attempt.trying.waiting' },
      { type: 'time.over' },
      { type: 'xstate.after.reset.attempt.parked' },
    ],
    errors: [fault, faultOf('STALLED', 'it hung'), permanent, limited, never],
  },
);

/** What the effect says on its way, and what it waits for. */
const waiting = answering<Attempt>(
  { patience: { triesMax: 2, sameMax: 3, parksMax: 1, seed: 's' }, question: null },
  { act: ['answer'] },
  {
    events: [
      ...['step.completed', 'approval.asked', 'approval.heard', 'slot.awaited', 'slot.taken'].map(type => ({ type })),
      ...['turn.awaited', 'turn.taken', 'time.over'].map(type => ({ type })),
      ...['xstate.after.backoff.attempt.trying.waiting', 'xstate.after.reset.attempt.parked'].map(type => ({ type })),
    ],
    errors: [fault, limited],
  },
);

const lying = (
  guard: string,
  lie: (args: { context: SnapshotFrom<Attempt>['context'] }) => boolean,
  world = asking,
): SeededFault<Attempt> => ({ guard, machine: quiet.provide({ guards: { [guard]: lie } }), world });

const isWaiting = (snapshot: SnapshotFrom<Attempt>) => snapshot.matches({ trying: 'waiting' });
const isHeld = (snapshot: SnapshotFrom<Attempt>) => snapshot.matches({ trying: { acting: 'held' } });

export const attemptTheory: Theory<Attempt> = {
  machine: quiet,
  worlds: [asking, waiting],
  theorems: [
    {
      theorem:
        'A question is asked at most triesMax times, a permanent fault and the same fault again and again end it',
      claims: [
        claim(
          ({ from, to }) => isWaiting(to) && !isWaiting(from),
          ({ to: { context } }) =>
            context.failures.length < context.patience.triesMax &&
            sameInARow(context.failures.slice(0, -1), lastOf(context.failures)) < context.patience.sameMax &&
            context.fault?.retriable === true,
        ),
      ],
      faults: [
        lying('mayTryAgain', () => true),
        lying('mayTryAgain', ({ context }) => context.failures.length < context.patience.triesMax),
        lying('mayTryAgain', ({ context }) => context.fault?.retriable === true),
      ],
    },
    {
      theorem: 'A fault that may pass is tried again while there are tries left',
      claims: [
        claim(
          ({ event, from }) => event.error === fault && from.context.failures.length === 0,
          ({ to }) => isWaiting(to),
        ),
      ],
      faults: [lying('mayTryAgain', () => false)],
    },
    {
      theorem: 'A rate limit is no try, and is waited for only so often and so long',
      claims: [
        claim(
          ({ to }) => to.value === 'parked',
          ({ event, to }) => to.context.parks <= to.context.patience.parksMax && event.error !== never,
        ),
        claim(
          ({ event }) => event.error === limited || event.error === never,
          ({ from, to }) => to.context.failures === from.context.failures && !isWaiting(to),
        ),
        claim(
          ({ event, from }) => event.error === limited && from.context.parks === 0,
          ({ to }) => to.value === 'parked',
        ),
      ],
      faults: [lying('mayPark', () => true), lying('mayPark', () => false), lying('isLimited', () => false)],
    },
    {
      theorem: 'An attempt is answered or has a fault to tell',
      claims: [
        claim(
          ({ to }) => to.status === 'done',
          ({ to }) => (to.value === 'answered') === (to.context.fault === null),
        ),
      ],
      faults: [
        {
          guard: 'a deadline without a reason',
          machine: quiet.provide({ actions: { keepLateness: () => {} } }),
          world: asking,
        },
      ],
    },
    {
      theorem: 'Its time stands still while it waits for somebody, and runs again after that',
      claims: [
        claim(
          ({ from, to }) => isHeld(to) && !isHeld(from),
          ({ effects }) => effects.some(({ type }) => type === 'xstate.cancel'),
        ),
        claim(
          ({ from, to }) => isHeld(from) && to.matches({ trying: { acting: 'working' } }),
          ({ effects }) => effects.some(({ type }) => type === 'xstate.raise'),
        ),
      ],
      faults: [
        {
          guard: 'time that runs on before a person',
          machine: altered(quiet, config => withState(config, 'trying.acting.held', ({ entry: _, ...state }) => state)),
          world: waiting,
        },
        {
          guard: 'time that stands still for good',
          machine: altered(quiet, config => withState(config, 'trying.acting.held', ({ exit: _, ...state }) => state)),
          world: waiting,
        },
      ],
    },
    {
      theorem: 'What the effect says on its way reaches whoever asked',
      claims: ['step.completed', 'approval.asked', 'turn.awaited', 'turn.taken'].map(type =>
        claim<Attempt>(
          ({ event, from }) => event.type === type && from.matches({ trying: 'acting' }),
          ({ effects, event }) => effects.some(({ params }) => params.event === event),
        ),
      ),
      faults: [{ guard: 'news that stays', machine: quiet.provide({ actions: { passOn: () => {} } }), world: waiting }],
    },
  ],
};
