import { describe, expect, test } from 'vitest';
import { explainRejection } from '../../../machines/index.ts';
import { sampleDecision, sampleError, sampleSpec, subplanOf, ulidOf } from '../fixtures.ts';
import { deferred, runPlan, waitUntil as until } from '../run-machine.ts';
import type { EffectAnswers } from '../scripted-effects.ts';

const never = () => new Promise<never>(() => {});
const revert = (guidance = '') => ({
  type: 'revert' as const,
  decision: { ...sampleDecision('V'), type: 'reversion' as const },
  guidance,
});

/** A plan that is executing, with its first effect of Execute as given. */
async function executing(answers: Partial<EffectAnswers>) {
  const played = runPlan(answers);
  played.actor.send({ type: 'execute' });
  await until(() => played.position() === 'execute.queued');
  played.actor.send({ type: 'start' });
  return played;
}

describe('A reversion', () => {
  test('leads an errored Strategize back to queued, three times and not a fourth [R20, R23, R96]', async () => {
    const { actor, untilResting, position, emitted } = runPlan({ strategize: () => Promise.reject(new Error('no')) });
    for (let reversion = 1; reversion <= 3; reversion += 1) {
      actor.send({ type: 'start' });
      await untilResting();
      expect(position()).toBe('strategize.errored');
      expect(explainRejection(actor.getSnapshot(), revert())).toBeNull();
      actor.send(revert());
      expect([position(), actor.getSnapshot().context.reversionCount, actor.getSnapshot().context.attempt]).toEqual([
        'strategize.queued',
        reversion,
        reversion + 1,
      ]);
    }
    actor.send({ type: 'start' });
    await untilResting();
    expect(explainRejection(actor.getSnapshot(), revert())).toMatchObject({ code: 'REVERSION_LIMIT' });
    actor.send(revert());
    expect(position()).toBe('strategize.errored');
    expect(emitted('plan.phase_changed').filter(({ cause }) => cause === 'revert')).toHaveLength(3);
  });

  test('stops what runs, puts the old sandbox away beside the work and starts from nothing', async () => {
    const put: string[] = [];
    let aborted = false;
    const { actor, untilState, position, emitted } = await executing({
      execute: (_, signal) => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        return never();
      },
      archiveSandbox: ({ sandbox, reason }) => {
        put.push(`${sandbox?.key}: ${reason}`);
        return { ref: null };
      },
    });
    await untilState({ execute: { processing: 'working' } });
    actor.send(revert('use the other module'));
    expect(position()).toBe('strategize.queued');
    expect(aborted).toBe(true);
    await until(() => put.length === 1);
    expect(put).toEqual([`${ulidOf('P')}-1: reverted attempt 1`]);
    await until(() => Object.keys(actor.getSnapshot().children).length === 0);
    const { context } = actor.getSnapshot();
    expect(context).toMatchObject({
      sandbox: null,
      startTree: null,
      workTree: null,
      attempt: 2,
      guidance: ['use the other module'],
    });
    expect(emitted('decision.recorded').at(-1)?.decision.type).toBe('reversion');
  });

  test('waits until the children are called back, and a cancel in between wins', async () => {
    const held = deferred<{ ref: string }>();
    const { actor, position, untilResting } = await executing({
      createSubplans: ({ spec }) => ({
        members: spec.depth === 0 ? [subplanOf('A')] : [],
        config: spec.subplanConfig,
        checkpoint: null,
      }),
      execute: ({ spec }) => (spec.depth === 0 ? { decisions: [], tree: 't1', toolCalls: 0, run: 'r' } : never()),
      archiveSandbox: ({ spec }) => (spec.depth === 0 ? { ref: null } : held.promise),
    });
    await until(() => actor.system.get(`plan:${ulidOf('A')}`)?.getSnapshot().context.position.state === 'processing');
    await until(() => actor.system.get(`plan:${ulidOf('A')}`)?.getSnapshot().context.sandbox !== null);
    actor.send(revert());
    expect(position()).toBe('execute.processing');
    expect(explainRejection(actor.getSnapshot(), { type: 'execute' })).toMatchObject({ code: 'LOCK_CONFLICT' });
    actor.send({ type: 'cancel', reason: 'never mind' });
    held.resolve({ ref: 'r' });
    await untilResting();
    expect(actor.getSnapshot().output).toEqual({ outcome: 'cancelled', planId: ulidOf('P'), reason: 'never mind' });
  });
});

describe('A cancel', () => {
  test('calls the children back first, then puts the sandbox away, then says so [R124]', async () => {
    const order: string[] = [];
    const { actor, untilResting, emitted, events } = await executing({
      createSubplans: ({ spec }) => ({
        members: spec.depth === 0 ? [subplanOf('A'), subplanOf('B')] : [],
        config: { ...spec.subplanConfig, maxParallel: 1 },
        checkpoint: null,
      }),
      execute: ({ spec }) => (spec.depth === 0 ? { decisions: [], tree: 't1', toolCalls: 0, run: 'r' } : never()),
      archiveSandbox: ({ spec }) => {
        order.push(spec.planId);
        return { ref: null };
      },
    });
    await until(() => actor.system.get(`plan:${ulidOf('A')}`)?.getSnapshot().context.sandbox != null);
    actor.send({ type: 'cancel', reason: 'enough' });
    await untilResting();
    expect(order).toEqual([ulidOf('A'), ulidOf('P')]);
    expect(emitted('plan.cancelled').map(({ planId, reason }) => [planId, reason])).toEqual([
      [ulidOf('B'), 'enough'],
      [ulidOf('A'), 'enough'],
      [ulidOf('P'), 'enough'],
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'plan.phase_changed', to: { phase: 'execute', state: 'cancelled' } });
    expect(actor.getSnapshot().context.cancelReason).toBe('enough');
  });

  test('is possible before anything ran, and while paused', async () => {
    const early = runPlan();
    early.actor.send({ type: 'cancel', reason: 'no' });
    expect(early.position()).toBe('strategize.cancelled');
    const paused = runPlan();
    paused.actor.send({ type: 'pause' });
    paused.actor.send({ type: 'cancel', reason: 'no' });
    expect(paused.position()).toBe('strategize.cancelled');
  });

  test('goes through even when the sandbox cannot be put away', async () => {
    const { actor, untilState, untilResting, position } = await executing({
      execute: never,
      archiveSandbox: () => Promise.reject(new Error('busy')),
    });
    await untilState({ execute: { processing: 'working' } });
    actor.send({ type: 'cancel', reason: 'enough' });
    await untilResting();
    expect(position()).toBe('execute.cancelled');
  });
});

describe('Guidance', () => {
  test('is recorded at any active phase and reaches the next effect [R105]', async () => {
    const guidanceOfRuns: string[][] = [];
    const { actor, untilResting, emitted } = runPlan({
      strategize: ({ guidance }) => {
        guidanceOfRuns.push([...guidance]);
        return Promise.reject(new Error('no'));
      },
    });
    actor.send({ type: 'start' });
    await untilResting();
    actor.send({
      type: 'prompt',
      decision: { ...sampleDecision('G'), type: 'user_intervention' },
      guidance: 'try harder',
    });
    expect(emitted('plan.prompted')).toEqual([{ type: 'plan.prompted', planId: ulidOf('P'), guidance: 'try harder' }]);
    actor.send({ type: 'start' });
    await untilResting();
    expect(guidanceOfRuns).toEqual([[], ['try harder']]);
  });
});

test('Only a child expires', () => {
  const { actor, position } = runPlan();
  actor.send({ type: 'expire', error: sampleError() });
  expect([position(), sampleSpec().depth]).toEqual(['strategize.queued', 0]);
});
