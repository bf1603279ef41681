import { describe, expect, test } from 'vitest';
import { subplanOf, ulidOf } from '../fixtures.ts';
import { runPlan, waitUntil as until } from '../run-machine.ts';
import type { EffectAnswers } from '../scripted-effects.ts';

const never = () => new Promise<never>(() => {});

/** A plan that is executing, with its first effect of Execute as given. */
async function executing(answers: Partial<EffectAnswers>) {
  const played = runPlan(answers);
  played.actor.send({ type: 'execute' });
  await until(() => played.position() === 'execute.queued');
  played.actor.send({ type: 'start' });
  return played;
}

describe('A pause', () => {
  test('keeps the place; resume runs preflight and reconciliation, then goes on there [R94]', async () => {
    const phases: string[] = [];
    const rule = {
      invariantId: ulidOf('I'),
      text: 'x',
      scope: 'plan' as const,
      origin: 'plan' as const,
      check: null,
      nonOverridable: false,
      each: 'phase' as const,
    };
    let run = 0;
    const { actor, untilState, position, untilResting, positions } = await executing({
      preflight: ({ phase }) => {
        phases.push(`preflight ${phase}`);
        return { checked: [] };
      },
      collectInvariants: ({ phase }) => {
        phases.push(`collect ${phase}`);
        return { effective: [rule], conflictCount: 0, decisions: [] };
      },
      execute: () => {
        run += 1;
        return run === 1 ? never() : { decisions: [], tree: 't1', toolCalls: 1, run: 'r' };
      },
    });
    await untilState({ execute: { processing: 'working' } });
    actor.send({ type: 'pause' });
    expect([position(), actor.getSnapshot().hasTag('resting')]).toEqual(['execute.paused', true]);
    phases.length = 0;
    actor.send({ type: 'resume' });
    expect(position()).toBe('execute.paused');
    await untilResting();
    expect(phases.slice(0, 2)).toEqual(['preflight execute', 'collect execute']);
    expect([position(), run]).toEqual(['execute.complete', 2]);
    expect(positions().slice(-4)).toEqual([
      'execute.processing',
      'execute.paused',
      'execute.processing',
      'execute.complete',
    ]);
  });

  test('lasts when the checks fail on resume, and says why [R94]', async () => {
    let isFit = true;
    const { actor, untilResting, position, emitted } = runPlan({
      preflight: () => (isFit ? { checked: [] } : Promise.reject(new Error('no disk'))),
    });
    actor.send({ type: 'start' });
    await untilResting();
    actor.send({ type: 'pause' });
    isFit = false;
    actor.send({ type: 'resume' });
    await until(() => actor.getSnapshot().hasTag('resting'));
    expect([position(), actor.getSnapshot().context.errorMessage]).toEqual(['strategize.paused', 'no disk']);
    expect(emitted('error.recorded').at(-1)?.error.message).toBe('no disk');
    isFit = true;
    actor.send({ type: 'resume' });
    await until(() => position() === 'strategize.complete');
  });

  test('while children work holds them, and loses none of what is finished', async () => {
    let runs: string[] = [];
    let isHeld = true;
    const { actor, position, untilResting, emitted } = await executing({
      createSubplans: ({ spec }) => ({
        members: spec.depth === 0 ? [subplanOf('A'), subplanOf('B')] : [],
        config: spec.subplanConfig,
        checkpoint: null,
      }),
      execute: ({ spec }) => {
        runs.push(spec.planId);
        return spec.planId === ulidOf('B') && isHeld ? never() : { decisions: [], tree: 't1', toolCalls: 0, run: 'r' };
      },
    });
    await until(() =>
      emitted('subplan.changed').some(({ status }) => status.planId === ulidOf('A') && status.state === 'complete'),
    );
    await until(() => runs.includes(ulidOf('B')));
    actor.send({ type: 'pause' });
    expect(actor.system.get(`plan:${ulidOf('B')}`)?.getSnapshot().context.position.state).toBe('paused');
    runs = [];
    isHeld = false;
    actor.send({ type: 'resume' });
    await until(() => position() !== 'execute.paused');
    await untilResting();
    expect([position(), runs]).toEqual(['execute.complete', [ulidOf('B')]]);
    expect(actor.getSnapshot().context.results.map(({ planId }) => planId)).toEqual([ulidOf('A'), ulidOf('B')]);
  });

  test('of a child that cannot resume fails the child, so that its group does not wait for ever', async () => {
    let isFit = true;
    const { actor, untilResting } = runPlan(
      { execute: never, preflight: () => (isFit ? { checked: [] } : Promise.reject(new Error('no disk'))) },
      { depth: 1 },
    );
    await until(() => actor.getSnapshot().context.sandbox !== null);
    actor.send({ type: 'pause' });
    isFit = false;
    actor.send({ type: 'resume' });
    await untilResting().catch(() => {});
    await until(() => actor.getSnapshot().status === 'done');
    expect(actor.getSnapshot().output).toMatchObject({ outcome: 'failed', error: { message: 'no disk' } });
  });

  test('before Apply starts comes back to the same state', async () => {
    let isHeld = true;
    const rule = {
      invariantId: ulidOf('I'),
      text: 'x',
      scope: 'plan' as const,
      origin: 'plan' as const,
      check: null,
      nonOverridable: false,
      each: 'phase' as const,
    };
    const { actor, untilResting, position, positions, untilState } = await executing({
      collectInvariants: () => ({ effective: [rule], conflictCount: 0, decisions: [] }),
      check: ({ phase }) => (phase === 'apply' && isHeld ? never() : { violations: [] }),
    });
    await untilResting();
    actor.send({ type: 'apply', target: { kind: 'checkout' }, approved: true });
    await untilState({ execute: { complete: 'reconciling' } });
    actor.send({ type: 'pause' });
    isHeld = false;
    actor.send({ type: 'resume' });
    await until(() => position() === 'apply.applied');
    expect(positions().slice(-5)).toEqual([
      'execute.paused',
      'execute.complete',
      'apply.queued',
      'apply.processing',
      'apply.applied',
    ]);
  });
});
