import { describe, expect, test } from 'vitest';
import { type AnyActorRef, raise } from 'xstate';
import { childMachine } from '../../../machines/subplans/child.machine.ts';
import type { PlanLogic } from '../../../machines/subplans/child-setup.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import type { SubplanConfig } from '../../../src/model/subplan.ts';
import { sampleConfig, sampleSpec, subplanOf, ulidOf } from '../fixtures.ts';
import { planActor, positionsOf, runMachine, waitUntil as until } from '../run-machine.ts';
import { type EffectAnswers, scriptedMachines, successfulEffects } from '../scripted-effects.ts';

const planId = ulidOf('M');
const never = () => new Promise<never>(() => {});

function member(config: Partial<SubplanConfig>, answers: Partial<EffectAnswers>) {
  const { plan } = scriptedMachines(answers);
  const { timeoutSeconds, retryFailed, maxRetries, retryDelayMs } = sampleConfig({ retryDelayMs: 1_000, ...config });
  const alone = childMachine.provide({
    actors: { plan: plan as unknown as PlanLogic },
    actions: { sendSlotReleased: () => {}, sendSlotRequested: raise({ type: 'slot.granted' }) },
  });
  const played = runMachine(alone, {
    parentId: ulidOf('P'),
    spec: sampleSpec({ planId, parentPlanId: ulidOf('P'), depth: 1 }),
    decisionId: ulidOf('D'),
    goal: 'g',
    reusedTree: null,
    limits: { timeoutSeconds, retryFailed, maxRetries, retryDelayMs },
  });
  played.actor.send({ type: 'start', baseTree: 't9', startsWith: [] });
  return {
    ...played,
    /** Lets every wait between attempts go by until nothing is left to wait for. */
    ended: async () => {
      await until(() => {
        if (played.actor.getSnapshot().value === 'backingOff') played.clock.increment(3_600_000 * 2);
        return played.actor.getSnapshot().status === 'done';
      });
      const { output } = played.actor.getSnapshot();
      if (output === undefined) throw new TypeError('it ended without an output');
      return output;
    },
  };
}

/** Whether the attempt at hand has its sandbox. */
const isAtWork = (actor: AnyActorRef) => {
  const plan = actor.system.get(`plan:${planId}`);
  return plan !== undefined && plan.getSnapshot().context.sandbox !== null;
};

describe('A child that fails', () => {
  test.each([0, 1, 2])('is tried at most maxRetries + 1 times, with maxRetries %i [R50, R55]', async maxRetries => {
    let runs = 0;
    const { ended } = member(
      { maxRetries },
      {
        execute: () => {
          runs += 1;
          return Promise.reject(new Error('unknown'));
        },
      },
    );
    const { status } = await ended();
    expect(runs).toBe(maxRetries + 1);
    expect([status.state, status.attempt]).toEqual(['failed', maxRetries + 1]);
    expect(status.attempts.map(({ attempt, wasRetried }) => [attempt, wasRetried])).toEqual(
      Array.from({ length: maxRetries + 1 }, (_, index) => [index + 1, index < maxRetries]),
    );
  });

  test('in the same way three times in a row is not tried again, however many retries are left, and says so [R135]', async () => {
    let runs = 0;
    const { ended } = member(
      { maxRetries: 9 },
      {
        execute: () => {
          runs += 1;
          return Promise.reject(new Error(runs === 1 ? 'another' : `no disk ${runs}`));
        },
      },
    );
    const { status } = await ended();
    expect(status).toMatchObject({
      state: 'failed',
      attempt: 4,
      error: { message: 'no disk 4 (the same failure 3 times in a row: it is not tried again)' },
    });
    expect(status.attempts.map(({ wasRetried }) => wasRetried)).toEqual([true, true, true, false]);
  });

  test('on the last retry that is left and then succeeds is complete, without an error [R55]', async () => {
    let runs = 0;
    const { ended } = member(
      { maxRetries: 2 },
      {
        execute: () => {
          runs += 1;
          return runs < 3 ? Promise.reject(new Error('unknown')) : { decisions: [], tree: 't', toolCalls: 0, run: 'r' };
        },
      },
    );
    const { status, child } = await ended();
    expect([status.state, status.attempt, status.error, child?.baseTree]).toEqual(['complete', 3, null, 't9']);
    expect(status.attempts.map(({ wasRetried }) => wasRetried)).toEqual([true, true]);
  });

  test.each([
    ['an unknown error is retried', new Error('unknown'), true, 3],
    ['an unknown error is not retried when retries are switched off', new Error('unknown'), false, 1],
    ['a mistake in the input is never retried', new TroupeError('INVALID_DECISION', 'bad'), true, 1],
    ['a missing sign-in is never retried', new TroupeError('AGENT_UNAVAILABLE', 'bad'), true, 1],
    ['a spent budget is never retried', new TroupeError('BUDGET_EXHAUSTED', 'bad'), true, 1],
  ])('%s [R11, R48]', async (_, error, retryFailed, expected) => {
    let runs = 0;
    const { ended } = member(
      { retryFailed },
      {
        execute: () => {
          runs += 1;
          return Promise.reject(error);
        },
      },
    );
    await ended();
    expect(runs).toBe(expected);
  });

  test('waits longer before each try, and its record goes back to the queue', async () => {
    const { actor, clock, events, emitted } = member(
      { maxRetries: 2, retryDelayMs: 1_000 },
      { execute: () => Promise.reject(new Error('no')) },
    );
    await until(() => actor.getSnapshot().value === 'backingOff');
    expect(emitted('subplan.changed').at(-1)?.status).toMatchObject({ state: 'pending', error: { message: 'no' } });
    clock.increment(749);
    expect(actor.getSnapshot().value).toBe('backingOff');
    clock.increment(501);
    expect(actor.getSnapshot().context.attempt).toBe(2);
    await until(() => actor.getSnapshot().value === 'backingOff');
    clock.increment(1_499);
    expect(actor.getSnapshot().value).toBe('backingOff');
    clock.increment(1_001);
    expect(actor.getSnapshot().context.attempt).toBe(3);
    expect(positionsOf(events, planId).filter(move => move === 'strategize.queued')).toHaveLength(2);
  });

  test('starts again under a new key', async () => {
    const keys: string[] = [];
    const { ended } = member(
      { maxRetries: 1 },
      {
        prepare: ({ attempt }) => {
          keys.push(`attempt ${attempt}`);
          return Promise.reject(new Error('no'));
        },
      },
    );
    await ended();
    expect(keys).toEqual(['attempt 1', 'attempt 2']);
  });

  test('and dies of a mistake of ours is a failed attempt like any other', async () => {
    const { actor, ended } = member({ maxRetries: 0 }, { execute: never });
    await until(() => planActor(actor, planId).snapshot().context.sandbox !== null);
    actor.send({
      type: `xstate.error.actor.${planId}#1`,
      actorId: `${planId}#1`,
      error: new TypeError('bug'),
    } as never);
    expect((await ended()).status).toMatchObject({ state: 'failed', error: { code: 'INTERNAL', message: 'bug' } });
  });
});

describe('A time limit', () => {
  test('stops the work for real and counts as a failure that is retried [R45]', async () => {
    let aborted = 0;
    const { actor, clock, ended } = member(
      { timeoutSeconds: 5, maxRetries: 1 },
      {
        execute: (_, signal) => {
          signal.addEventListener('abort', () => {
            aborted += 1;
          });
          return never();
        },
      },
    );
    for (const attempt of [1, 2]) {
      await until(() => actor.getSnapshot().context.attempt === attempt && isAtWork(actor));
      clock.increment(5_000);
      await until(() => aborted === attempt && !actor.getSnapshot().matches('attempting'));
      if (attempt === 1) clock.increment(2_000);
    }
    const { status } = await ended();
    expect(status.error).toMatchObject({ code: 'TIMED_OUT', message: 'The subplan "g" ran longer than 5 s' });
    expect(aborted).toBe(2);
    expect(Object.keys(actor.getSnapshot().children)).toEqual([]);
  });

  test('does not run while the child is held', async () => {
    const { actor, clock } = member({ timeoutSeconds: 5 }, { execute: never });
    await until(() => planActor(actor, planId).snapshot().context.sandbox !== null);
    clock.increment(4_000);
    actor.send({ type: 'pause' });
    clock.increment(60_000);
    expect(actor.getSnapshot().value).toEqual({ attempting: 'paused' });
    actor.send({ type: 'resume' });
    await until(() => actor.getSnapshot().matches({ attempting: 'timed' }));
    clock.increment(4_999);
    expect(actor.getSnapshot().value).toEqual({ attempting: 'timed' });
    clock.increment(1);
    expect(actor.getSnapshot().value).toEqual({ attempting: 'expiring' });
  });

  test('does not run while a call of the child waits for a person, nor while the child is paused by itself', async () => {
    const { actor, clock } = member({ timeoutSeconds: 5 }, { execute: never });
    await until(() => planActor(actor, planId).snapshot().context.sandbox !== null);
    const plan = actor.system.get(`plan:${planId}`);
    const approval = {
      ...{ approvalId: ulidOf('Q'), planId, rootPlanId: ulidOf('P'), tool: 'builtin/write', threshold: 'editFiles' },
      ...{ input: {}, confidence: 1, timeoutSeconds: 86_400, answer: null },
    };
    plan.send({ type: 'approval.requested', approval });
    clock.increment(60_000);
    expect(actor.getSnapshot().value).toEqual({ attempting: 'queued' });
    plan.send({
      type: 'answerApproval',
      approvalId: approval.approvalId,
      answer: { verdict: 'approved', always: false, reason: '' },
    });
    expect(actor.getSnapshot().value).toEqual({ attempting: 'timed' });
    plan.send({ type: 'pause' });
    clock.increment(60_000);
    expect(actor.getSnapshot().value).toEqual({ attempting: 'queued' });
    plan.send({ type: 'resume' });
    await until(() => actor.getSnapshot().matches({ attempting: 'timed' }));
    clock.increment(5_000);
    expect(actor.getSnapshot().value).toEqual({ attempting: 'expiring' });
  });

  test('does not run while the agent of the child waits for its turn [R26]', async () => {
    const { actor, clock } = member({ timeoutSeconds: 5 }, { execute: never });
    await until(() => planActor(actor, planId).snapshot().context.sandbox !== null);
    const queue = { cap: 'agent' as const, agent: 'x', most: 1, ahead: 0 };
    const plan = actor.system.get(`plan:${planId}`);
    clock.increment(4_000);
    plan.send({ type: 'agent.queued', queue });
    expect(plan.getSnapshot().context.queue).toEqual(queue);
    clock.increment(60_000);
    expect(actor.getSnapshot().value).toEqual({ attempting: 'queued' });
    plan.send({ type: 'agent.admitted' });
    expect(plan.getSnapshot().context.queue).toBeNull();
    clock.increment(4_999);
    expect(actor.getSnapshot().value).toEqual({ attempting: 'timed' });
    plan.send({ type: 'agent.queued', queue });
    actor.send({ type: 'pause' });
    expect([actor.getSnapshot().value, plan.getSnapshot().context.queue]).toEqual([{ attempting: 'paused' }, null]);
  });

  test('does not run while subplans of the child are at work, and goes on when they have ended', async () => {
    let end = () => {};
    const grandchild = new Promise<void>(resolve => {
      end = resolve;
    });
    const { actor, clock } = member(
      { timeoutSeconds: 5 },
      {
        createSubplans: ({ spec }) => ({
          members: spec.planId === planId ? [subplanOf('G')] : [],
          config: sampleConfig({}),
          checkpoint: null,
        }),
        execute: async ({ spec, begin }) => {
          if (spec.planId === ulidOf('G')) await grandchild;
          return { decisions: [], tree: begin.tree, toolCalls: 0, run: 'r' };
        },
        review: (input, signal) => (input.spec.planId === planId ? never() : successfulEffects.review(input, signal)),
      },
    );
    expect(actor.getSnapshot().value).toEqual({ attempting: 'timed' });
    clock.increment(4_000);
    await until(() => actor.getSnapshot().matches({ attempting: 'queued' }));
    clock.increment(60_000);
    actor.send({ type: 'pause' });
    actor.send({ type: 'resume' });
    await until(() => planActor(actor, planId).snapshot().context.position.state === 'processing');
    clock.increment(60_000);
    expect(actor.getSnapshot().value).toEqual({ attempting: 'queued' });
    end();
    await until(() => actor.getSnapshot().matches({ attempting: 'timed' }));
    expect(planActor(actor, planId).snapshot().context.results).toHaveLength(1);
    clock.increment(4_999);
    expect(actor.getSnapshot().value).toEqual({ attempting: 'timed' });
    clock.increment(1);
    expect(actor.getSnapshot().value).toEqual({ attempting: 'expiring' });
  });

  test('does not count before the child has started', () => {
    const { plan } = scriptedMachines();
    const { actor, clock } = runMachine(childMachine.provide({ actors: { plan: plan as unknown as PlanLogic } }), {
      parentId: ulidOf('P'),
      spec: sampleSpec({ planId, depth: 1 }),
      decisionId: ulidOf('D'),
      goal: 'g',
      reusedTree: null,
      limits: { timeoutSeconds: 1, retryFailed: true, maxRetries: 0, retryDelayMs: 1 },
    });
    clock.increment(60_000);
    expect(actor.getSnapshot().value).toBe('pending');
    actor.send({ type: 'pause' });
    expect(actor.getSnapshot().value).toBe('pending');
  });
});

describe('A member that is called off', () => {
  test('between two attempts is cancelled from where it stands', async () => {
    const { actor, events, ended } = member({}, { execute: () => Promise.reject(new Error('no')) });
    await until(() => actor.getSnapshot().value === 'backingOff');
    actor.send({ type: 'pause' });
    actor.send({ type: 'resume' });
    actor.send({ type: 'pause' });
    actor.send({ type: 'cancel', reason: 'enough' });
    expect((await ended()).status).toMatchObject({ state: 'cancelled', error: { message: 'enough' } });
    expect(events.filter(({ type }) => type === 'plan.phase_changed').at(-1)).toMatchObject({
      from: { phase: 'execute', state: 'errored' },
      to: { phase: 'execute', state: 'cancelled' },
    });
  });

  test('counts nothing that its child still finishes [R78]', async () => {
    let release = () => {};
    const { actor, ended } = member(
      {},
      {
        archiveSandbox: () =>
          new Promise(resolve => {
            release = () => resolve({ ref: null });
          }),
      },
    );
    await until(() => planActor(actor, planId).snapshot().matches('finishing'));
    actor.send({ type: 'cancel', reason: 'enough' });
    release();
    expect(await ended()).toMatchObject({ status: { state: 'cancelled', treeOid: null }, child: null });
  });

  test('whose child dies on the way is cancelled all the same', async () => {
    const { actor, ended } = member({}, { execute: never, archiveSandbox: never });
    await until(() => planActor(actor, planId).snapshot().context.sandbox !== null);
    actor.send({ type: 'cancel', reason: 'enough' });
    actor.send({
      type: `xstate.error.actor.${planId}#1`,
      actorId: `${planId}#1`,
      error: new TypeError('bug'),
    } as never);
    expect((await ended()).status.state).toBe('cancelled');
  });
});

test('A child that ends as no child can is a failure, not a result', async () => {
  const { actor, ended } = member({ maxRetries: 0 }, { execute: never });
  await until(() => planActor(actor, planId).snapshot().context.sandbox !== null);
  actor.send({
    type: `xstate.done.actor.${planId}#1`,
    actorId: `${planId}#1`,
    output: { outcome: 'applied', planId },
  } as never);
  expect((await ended()).status).toMatchObject({ state: 'failed', error: { message: 'the plan ended as applied' } });
});
