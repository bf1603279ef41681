import { describe, expect, test } from 'vitest';
import { type AnyActorRef, fromPromise } from 'xstate';
import type { EffectInput, EffectOutput } from '../../machines/effects.ts';
import { planMachine, retryMachine, retryPolicyFromProfile, withRetry } from '../../machines/index.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { sampleProfile, sampleSpec, ulidOf } from './fixtures.ts';
import { runMachine, waitUntil as until } from './run-machine.ts';
import { scriptedMachines } from './scripted-effects.ts';

function runRetries(answers: (() => unknown)[], policy: object = {}) {
  let tries = 0;
  const chart = retryMachine.provide({
    actors: {
      act: fromPromise(async () => {
        tries += 1;
        return (answers[tries - 1] ?? answers.at(-1))?.();
      }),
    },
    // The machine has no parent here.
    actions: { forward: () => {} },
  });
  const played = runMachine(chart, { question: 'what?', policy: { seed: 's', ...policy } });
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
const limited = (retryAfterSeconds?: number) => () => {
  throw new TroupeError(
    'RATE_LIMITED',
    'later',
    retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } },
  );
};

describe('An attempt', () => {
  test('asks again after a failure and gives the answer', async () => {
    const { actor, ended, tries } = runRetries([fail('a'), fail('b'), () => 'yes']);
    await ended();
    expect([actor.getSnapshot().output, tries()]).toEqual(['yes', 3]);
  });

  test('ends in the last error after as many tries as it may make', async () => {
    const { actor, ended, tries } = runRetries([fail('a'), fail('b'), fail('c')], { triesMax: 2 });
    await ended();
    expect(tries()).toBe(2);
    expect(actor.getSnapshot()).toMatchObject({ status: 'error', error: { message: 'b' } });
  });

  test('does not ask again after a permanent error', async () => {
    const { actor, ended, tries } = runRetries([
      () => {
        throw new TroupeError('USAGE', 'wrong');
      },
    ]);
    await ended();
    expect([tries(), TroupeError.is(actor.getSnapshot().error)]).toEqual([1, true]);
  });

  test('stops when it hears the same error again and again, whatever numbers it names, and says so [R135]', async () => {
    const answers = [fail('other'), ...[1, 2, 3, 4].map(n => fail(`line ${n} of /tmp/x${n}/a.ts is wrong`))];
    const { actor, ended, tries } = runRetries(answers, { triesMax: 50, openAfter: 3 });
    await ended();
    expect(tries()).toBe(4);
    expect(actor.getSnapshot()).toMatchObject({
      status: 'error',
      error: {
        message: 'line 3 of /tmp/x3/a.ts is wrong (the same failure 3 times in a row: it is not tried again)',
        details: { breaker: { times: 3 } },
      },
    });
  });

  test('counts the same error again from one when another came between', async () => {
    const { ended, tries } = runRetries([fail('a'), fail('a'), fail('b'), fail('a'), fail('a'), () => 'yes'], {
      triesMax: 50,
    });
    await ended();
    expect(tries()).toBe(6);
  });

  test('waits longer each time, or as long as an error asks for', async () => {
    const later = () => {
      throw new TroupeError('TOOL_FAILED', 'busy', { details: { retryAfterSeconds: 60 } });
    };
    const { actor, clock, tries } = runRetries([fail('a'), later, () => 'yes'], { baseMs: 100 });
    await until(() => actor.getSnapshot().matches({ trying: 'waiting' }));
    clock.increment(126);
    await until(() => tries() === 2 && actor.getSnapshot().matches({ trying: 'waiting' }));
    clock.increment(59_999);
    expect(tries()).toBe(2);
    clock.increment(1);
    await until(() => actor.getSnapshot().status === 'done');
  });

  test('is parked while a rate limit lasts, which is no try [R135]', async () => {
    const { actor, clock, tries } = runRetries([fail('a'), limited(3600), limited(7200), fail('b'), () => 'yes'], {
      triesMax: 3,
      baseMs: 1,
      deadlineMs: 5_000_000,
    });
    await until(() => actor.getSnapshot().matches({ trying: 'waiting' }));
    clock.increment(2);
    for (const seconds of [3600, 7200]) {
      await until(() => actor.getSnapshot().value === 'rateLimited');
      const before = tries();
      clock.increment(seconds * 1000 - 1);
      expect([tries(), actor.getSnapshot().value]).toEqual([before, 'rateLimited']);
      clock.increment(1);
    }
    await until(() => actor.getSnapshot().matches({ trying: 'waiting' }));
    clock.increment(10);
    await until(() => actor.getSnapshot().status === 'done');
    expect([actor.getSnapshot().output, tries()]).toEqual(['yes', 5]);
  });

  test('leaves a service alone for longer each time that does not say for how long', async () => {
    const { actor, clock, tries } = runRetries([limited(), limited(), () => 'yes']);
    await until(() => actor.getSnapshot().value === 'rateLimited');
    clock.increment(44_999);
    expect(tries()).toBe(1);
    clock.increment(30_001);
    await until(() => tries() === 2 && actor.getSnapshot().value === 'rateLimited');
    clock.increment(89_999);
    expect(tries()).toBe(2);
    clock.increment(60_001);
    await until(() => actor.getSnapshot().status === 'done');
  });

  test('does not wait for a limit that lasts weeks, nor for ever new ones', async () => {
    const weeks = runRetries([limited(30 * 86_400)]);
    await weeks.ended();
    expect(weeks.actor.getSnapshot()).toMatchObject({ status: 'error', error: { code: 'RATE_LIMITED' } });
    const stubborn = runRetries([limited(1)], { rateLimitWaitsMax: 2 });
    for (const tries of [1, 2]) {
      await until(() => stubborn.tries() === tries && stubborn.actor.getSnapshot().value === 'rateLimited');
      stubborn.clock.increment(1_000);
    }
    await stubborn.ended();
    expect(stubborn.tries()).toBe(3);
    expect(stubborn.actor.getSnapshot().error).toMatchObject({ code: 'RATE_LIMITED', message: 'later' });
  });

  test('does not outlast its deadline, and says what was wrong', async () => {
    const silent = runRetries([() => new Promise(() => {})], { deadlineMs: 1_000 });
    silent.clock.increment(1_000);
    expect(silent.actor.getSnapshot()).toMatchObject({
      status: 'error',
      error: { code: 'TIMED_OUT', message: 'There was no answer within 1 s' },
    });
    const failing = runRetries([fail('a')], { deadlineMs: 1_000, baseMs: 60_000 });
    await until(() => failing.actor.getSnapshot().matches({ trying: 'waiting' }));
    failing.clock.increment(1_000);
    expect(failing.actor.getSnapshot()).toMatchObject({ status: 'error', error: { message: 'a' } });
  });

  test('does not count against its deadline how long a person thinks, or a turn is waited for', async () => {
    const { actor, clock, ended } = runRetries([() => new Promise(() => {})], { deadlineMs: 1_000 });
    const working = { trying: { acting: 'working' } };
    for (const [begin, end] of [
      [{ type: 'agent.queued', queue: { cap: 'agent', agent: 'x', most: 1, ahead: 0 } }, { type: 'agent.admitted' }],
      [{ type: 'approval.requested', approval: {} }, { type: 'approval.answered' }],
    ] as const) {
      actor.send(begin as never);
      clock.increment(86_400_000);
      expect(actor.getSnapshot().value).toEqual({ trying: { acting: 'paused' } });
      actor.send(end as never);
      expect(actor.getSnapshot().value).toEqual(working);
    }
    clock.increment(1_000);
    await ended();
    expect(actor.getSnapshot().error).toMatchObject({ code: 'TIMED_OUT' });
  });

  test('works without a retry policy', async () => {
    const played = runMachine(
      retryMachine.provide({ actors: { act: fromPromise(async (): Promise<unknown> => 'yes') } }),
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
    const { plan } = scriptedMachines();
    const strategize = fromPromise<EffectOutput<'strategize'>, EffectInput<'strategize'>>(async ({ input }) => {
      tries += 1;
      expect(input.spec.planId).toBe(ulidOf('P'));
      throw new TroupeError('AGENT_FAILED', `try ${tries}`);
    });
    const chart = plan.provide({ actors: { strategize: withRetry(strategize, retryPolicyFromProfile) } });
    const { actor, clock } = runMachine(chart, {
      spec: sampleSpec({ profileSnapshot: { ...sampleProfile({ recoverErrors: 0 }), retriesMax } }),
    });
    actor.send({ type: 'start' });
    await until(() => {
      clock.increment(10_000);
      return actor.getSnapshot().context.position.state === 'errored';
    });
    expect(tries).toBe(retriesMax + 1);
    expect(actor.getSnapshot().context.error).toMatchObject({ code: 'AGENT_FAILED', message: `try ${tries}` });
  });

  test('lets the plan hear which steps are done, through the chart between them [R95]', async () => {
    const { plan } = scriptedMachines();
    const execute = fromPromise<EffectOutput<'execute'>, EffectInput<'execute'>>(() => new Promise(() => {}));
    const chart = plan.provide({ actors: { execute: withRetry(execute, retryPolicyFromProfile) } });
    const { actor } = runMachine(chart, { spec: sampleSpec() });
    actor.send({ type: 'execute' });
    await until(() => actor.getSnapshot().can({ type: 'start' }));
    actor.send({ type: 'start' });
    await until(() => 'execute' in actor.getSnapshot().children);
    const between = actor.getSnapshot().children.execute as unknown as AnyActorRef;
    between.send({ type: 'step.completed', step: 4 });
    expect(actor.getSnapshot().context.lastCompletedStep).toBe(4);
  });

  test('lets the plan say what it waits for, and no longer than it does [R135]', async () => {
    let tries = 0;
    const { plan } = scriptedMachines();
    const execute = fromPromise<EffectOutput<'execute'>, EffectInput<'execute'>>(async () => {
      tries += 1;
      if (tries === 1)
        throw new TroupeError('RATE_LIMITED', 'later', { details: { retryAfterSeconds: 60, resetAt: 'then' } });
      return new Promise(() => {});
    });
    const chart = plan.provide({ actors: { execute: withRetry(execute, retryPolicyFromProfile) } });
    const { actor, clock, emitted } = runMachine(chart, { spec: sampleSpec() });
    actor.send({ type: 'execute' });
    await until(() => actor.getSnapshot().can({ type: 'start' }));
    actor.send({ type: 'start' });
    await until(() => actor.getSnapshot().context.waiting !== null);
    const waiting = { tries: 0, triesMax: 3, waitMs: 60_000, until: 'then', error: { code: 'RATE_LIMITED' } };
    expect(actor.getSnapshot().context.waiting).toMatchObject(waiting);
    expect(emitted('attempt.delayed')).toMatchObject([{ planId: ulidOf('P'), phase: 'execute', waiting }]);
    clock.increment(60_000);
    await until(() => tries === 2);
    expect(actor.getSnapshot().context.waiting).toBeNull();
  });

  test('that is paused while it waits has nothing to wait for any more', async () => {
    const { plan } = scriptedMachines();
    const execute = fromPromise<EffectOutput<'execute'>, EffectInput<'execute'>>(async () => limited(60)());
    const chart = plan.provide({ actors: { execute: withRetry(execute, retryPolicyFromProfile) } });
    const { actor } = runMachine(chart, { spec: sampleSpec() });
    actor.send({ type: 'execute' });
    await until(() => actor.getSnapshot().can({ type: 'start' }));
    actor.send({ type: 'start' });
    await until(() => actor.getSnapshot().context.waiting !== null);
    actor.send({ type: 'pause' });
    expect(actor.getSnapshot().context).toMatchObject({ waiting: null, position: { state: 'paused' } });
  });

  test('of a child is asked once: its attempts are counted by its group', () => {
    expect(retryPolicyFromProfile({ spec: sampleSpec({ depth: 1 }), attempt: 1 }).triesMax).toBe(1);
    expect(retryPolicyFromProfile({ spec: sampleSpec(), attempt: 2 })).toEqual({
      triesMax: 3,
      seed: `${ulidOf('P')}#2`,
    });
  });

  test('is asked again only when the plan is sure enough for its profile [R108]', () => {
    const spec = sampleSpec({ profileSnapshot: sampleProfile({ recoverErrors: 0.7 }) });
    const tries = [0.6, 0.7, 0.8].map(confidence => retryPolicyFromProfile({ spec, attempt: 1, confidence }).triesMax);
    expect(tries).toEqual([1, 3, 3]);
    const never = sampleSpec({ profileSnapshot: sampleProfile({ recoverErrors: 1 }) });
    expect(retryPolicyFromProfile({ spec: never, attempt: 1, confidence: 1 }).triesMax).toBe(1);
  });
});

test('A chart without its effects says which one is missing', async () => {
  const { actor } = runMachine(planMachine, { spec: sampleSpec() });
  actor.send({ type: 'start' });
  await until(() => actor.getSnapshot().context.error !== null);
  expect(actor.getSnapshot().context.errorMessage).toContain('"preflight" was not provided');
});
