import { describe, expect, test } from 'vitest';
import { type AnyActorRef, fromPromise } from 'xstate';
import type { EffectInput, EffectOutput } from '../../machines/contract.ts';
import { attemptMachine, patienceOfProfile, patient, planMachine } from '../../machines/index.ts';
import { Fault } from '../../src/model/fault.ts';
import { stage } from './effects.ts';
import { play, turns as until } from './play.ts';
import { idOf, profileOf, specOf } from './spec.ts';

function asking(answers: (() => unknown)[], patience: object = {}) {
  let tries = 0;
  const chart = attemptMachine.provide({
    actors: {
      act: fromPromise(async () => {
        tries += 1;
        return (answers[tries - 1] ?? answers.at(-1))?.();
      }),
    },
  });
  const played = play(chart, { question: 'what?', patience: { seed: 's', ...patience } });
  played.actor.subscribe({ error: () => {} });
  const { actor, clock } = played;
  return {
    ...played,
    tries: () => tries,
    ended: () =>
      until(() => {
        if (actor.getSnapshot().matches({ trying: 'waiting' })) clock.increment(3_600_000);
        return actor.getSnapshot().status !== 'active';
      }),
  };
}

const fail = (message: string) => () => {
  throw new Error(message);
};

describe('An attempt', () => {
  test('asks again after a failure and gives the answer', async () => {
    const { actor, ended, tries } = asking([fail('a'), fail('b'), () => 'yes']);
    await ended();
    expect([actor.getSnapshot().output, tries()]).toEqual(['yes', 3]);
  });

  test('ends in the last fault after as many tries as it may make', async () => {
    const { actor, ended, tries } = asking([fail('a'), fail('b'), fail('c')], { triesMax: 2 });
    await ended();
    expect(tries()).toBe(2);
    expect(actor.getSnapshot()).toMatchObject({ status: 'error', error: { message: 'b' } });
  });

  test('does not ask again after a permanent fault', async () => {
    const { actor, ended, tries } = asking([
      () => {
        throw new Fault('USAGE', 'wrong');
      },
    ]);
    await ended();
    expect([tries(), Fault.is(actor.getSnapshot().error)]).toEqual([1, true]);
  });

  test('stops when it hears the same fault again and again', async () => {
    const { ended, tries } = asking([fail('same')], { triesMax: 50, sameMax: 3 });
    await ended();
    expect(tries()).toBe(3);
  });

  test('waits longer each time, and as long as a rate limit says', async () => {
    const limited = () => {
      throw new Fault('RATE_LIMITED', 'later', { details: { retryAfterSeconds: 60 } });
    };
    const { actor, clock, tries } = asking([fail('a'), limited, () => 'yes'], { baseMs: 100 });
    await until(() => actor.getSnapshot().matches({ trying: 'waiting' }));
    clock.increment(126);
    await until(() => tries() === 2 && actor.getSnapshot().matches({ trying: 'waiting' }));
    clock.increment(59_999);
    expect(tries()).toBe(2);
    clock.increment(1);
    await until(() => actor.getSnapshot().status === 'done');
  });

  test('does not outlast its deadline, and says what was wrong', async () => {
    const silent = asking([() => new Promise(() => {})], { deadlineMs: 1_000 });
    silent.clock.increment(1_000);
    expect(silent.actor.getSnapshot()).toMatchObject({
      status: 'error',
      error: { code: 'TIMED_OUT', message: 'There was no answer within 1 s' },
    });
    const failing = asking([fail('a')], { deadlineMs: 1_000, baseMs: 60_000 });
    await until(() => failing.actor.getSnapshot().matches({ trying: 'waiting' }));
    failing.clock.increment(1_000);
    expect(failing.actor.getSnapshot()).toMatchObject({ status: 'error', error: { message: 'a' } });
  });

  test('can do without being told how patient it is', async () => {
    const played = play(
      attemptMachine.provide({ actors: { act: fromPromise(async (): Promise<unknown> => 'yes') } }),
      null,
    );
    await until(() => played.actor.getSnapshot().status === 'done');
    expect(played.actor.getSnapshot().output).toBe('yes');
  });
});

describe('A patient effect', () => {
  test.each([
    0, 2,
  ])('stands in for the effect itself and asks retriesMax + 1 times: %i retries [R106]', async retriesMax => {
    let tries = 0;
    const { plan } = stage();
    const strategize = fromPromise<EffectOutput<'strategize'>, EffectInput<'strategize'>>(async ({ input }) => {
      tries += 1;
      expect(input.spec.planId).toBe(idOf('P'));
      throw new Fault('AGENT_FAILED', `try ${tries}`);
    });
    const chart = plan.provide({ actors: { strategize: patient(strategize, patienceOfProfile) } });
    const { actor, clock } = play(chart, { spec: specOf({ profileSnapshot: { ...profileOf(), retriesMax } }) });
    actor.send({ type: 'start' });
    await until(() => {
      clock.increment(10_000);
      return actor.getSnapshot().context.place.state === 'errored';
    });
    expect(tries).toBe(retriesMax + 1);
    expect(actor.getSnapshot().context.error).toMatchObject({ code: 'AGENT_FAILED', message: `try ${tries}` });
  });

  test('lets the plan hear which steps are done, through the chart between them [R95]', async () => {
    const { plan } = stage();
    const execute = fromPromise<EffectOutput<'execute'>, EffectInput<'execute'>>(() => new Promise(() => {}));
    const chart = plan.provide({ actors: { execute: patient(execute, patienceOfProfile) } });
    const { actor } = play(chart, { spec: specOf() });
    actor.send({ type: 'execute' });
    await until(() => actor.getSnapshot().can({ type: 'start' }));
    actor.send({ type: 'start' });
    await until(() => 'execute' in actor.getSnapshot().children);
    const between = actor.getSnapshot().children.execute as unknown as AnyActorRef;
    between.send({ type: 'step.completed', step: 4 });
    expect(actor.getSnapshot().context.lastCompletedStep).toBe(4);
  });

  test('of a child is asked once: its attempts are counted by its group', () => {
    expect(patienceOfProfile({ spec: specOf({ depth: 1 }), attempt: 1 }).triesMax).toBe(1);
    expect(patienceOfProfile({ spec: specOf(), attempt: 2 })).toEqual({ triesMax: 3, seed: `${idOf('P')}#2` });
  });
});

test('A chart without its effects says which one is missing', async () => {
  const { actor } = play(planMachine, { spec: specOf() });
  actor.send({ type: 'start' });
  await until(() => actor.getSnapshot().context.error !== null);
  expect(actor.getSnapshot().context.errorMessage).toContain('"preflight" was not provided');
});
