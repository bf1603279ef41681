import { describe, expect, test } from 'vitest';
import type { EffectInput } from '../../../machines/effects.ts';
import { sampleDecision, sampleProfile, sampleResult, sampleSpec, ulidOf } from '../fixtures.ts';
import { runPlan, waitUntil as until } from '../run-machine.ts';
import { sampleCheckpoint } from '../scripted-effects.ts';

const validations = [{ name: 'check', argv: ['true'], required: true, timeoutSeconds: 1 }];

describe('A plan', () => {
  test('goes through every phase and tells each move', async () => {
    const { actor, untilResting, position, positions, emitted } = runPlan();
    expect(position()).toBe('strategize.queued');
    actor.send({ type: 'start' });
    await untilResting();
    expect(position()).toBe('strategize.complete');
    actor.send({ type: 'execute' });
    await until(() => position() === 'execute.queued');
    actor.send({ type: 'start' });
    await untilResting();
    expect(position()).toBe('execute.complete');
    actor.send({ type: 'apply', target: { kind: 'branch', branch: 'b' }, approved: true });
    await untilResting();

    expect(actor.getSnapshot().output).toEqual({ outcome: 'applied', planId: ulidOf('P') });
    expect(positions()).toEqual([
      'strategize.processing',
      'strategize.complete',
      'execute.queued',
      'execute.processing',
      'execute.complete',
      'apply.queued',
      'apply.processing',
      'apply.applied',
    ]);
    expect(emitted('plan.applied')).toEqual([
      {
        type: 'plan.applied',
        planId: ulidOf('P'),
        target: { kind: 'branch', branch: 'b' },
        commits: ['c1'],
        files: ['f'],
      },
    ]);
    expect(emitted('checkpoint.created').map(({ checkpoint }) => checkpoint.trigger)).toEqual([
      'preExecute',
      'postExecute',
      'preApply',
    ]);
  });

  test('records one prompt_definition, first and only once, even over a reversion [R82]', async () => {
    const { actor, untilResting, emitted } = runPlan({
      strategize: () => ({ decisions: [sampleDecision('1')], confidence: 1 }),
    });
    actor.send({ type: 'execute' });
    await until(() => actor.getSnapshot().can({ type: 'start' }));
    actor.send({ type: 'revert', decision: { ...sampleDecision('2'), type: 'reversion' }, guidance: 'otherwise' });
    actor.send({ type: 'start' });
    await untilResting();
    const types = emitted('decision.recorded').map(({ decision }) => decision.type);
    expect(types).toEqual(['prompt_definition', 'strategy_choice', 'reversion', 'strategy_choice']);
    expect(emitted('decision.recorded')[0]?.decision.decisionId).toBe(sampleSpec().decisionRootId);
  });

  test('executes at once after Strategize when the execute command came during it', async () => {
    const { actor, position, untilState } = runPlan();
    actor.send({ type: 'start' });
    await untilState({ strategize: { processing: 'working' } });
    actor.send({ type: 'execute' });
    await until(() => position() === 'execute.queued');
  });

  test('does not ask an agent for a strategy when it has none', async () => {
    const asked: string[] = [];
    const { actor, untilResting, position } = runPlan(
      {
        strategize: () => {
          asked.push('strategize');
          return { decisions: [], confidence: 0 };
        },
      },
      { actors: { ...sampleSpec().actors, strategy: null } },
    );
    actor.send({ type: 'start' });
    await untilResting();
    expect([position(), asked, actor.getSnapshot().context.confidence]).toEqual(['strategize.complete', [], 1]);
  });

  test('is estimated once after Strategize, and a failing estimate does not stop it [R115]', async () => {
    const actors = { ...sampleSpec().actors, estimation: 'local/estimate' };
    let asked = 0;
    const well = runPlan(
      {
        estimate: () => {
          asked += 1;
          return { estimate: { minutes: 3 } };
        },
      },
      { actors },
    );
    well.actor.send({ type: 'start' });
    await well.untilResting();
    expect([well.position(), asked, well.actor.getSnapshot().context.estimate]).toEqual([
      'strategize.complete',
      1,
      { minutes: 3 },
    ]);

    const badly = runPlan({ estimate: () => Promise.reject(new Error('no idea')) }, { actors });
    badly.actor.send({ type: 'start' });
    await badly.untilResting();
    expect([badly.position(), badly.actor.getSnapshot().context.error]).toEqual(['strategize.complete', null]);
  });

  test.each([
    { confidence: 0.6, stops: true },
    { confidence: 0.8, stops: false },
  ])('with confidence $confidence against a threshold of 0.7 stops: $stops [R108]', async ({ confidence, stops }) => {
    const { actor, untilResting, position } = runPlan(
      { strategize: () => ({ decisions: [], confidence }) },
      { profileSnapshot: sampleProfile({ startExecute: 0.7 }) },
    );
    actor.send({ type: 'start' });
    if (stops) await untilResting();
    else await until(() => position() === 'execute.queued');
    expect(position()).toBe(stops ? 'strategize.complete' : 'execute.queued');
  });

  test('of a manual profile never goes on by itself, however sure it is [R108]', async () => {
    const { actor, untilResting, position } = runPlan(
      { strategize: () => ({ decisions: [], confidence: 1 }) },
      { profileSnapshot: sampleProfile({}, 'manual') },
    );
    actor.send({ type: 'start' });
    await untilResting();
    expect(position()).toBe('strategize.complete');
  });

  test('of a profile that trusts it goes all the way to applied, and rests when nothing changed', async () => {
    const profileSnapshot = sampleProfile({ startExecute: 0.1, startApply: 0.1 }, 'full-auto');
    const { actor, untilResting, position } = runPlan({}, { profileSnapshot });
    actor.send({ type: 'start' });
    await until(() => position() === 'execute.queued');
    actor.send({ type: 'start' });
    await untilResting();
    expect(position()).toBe('apply.applied');
    expect(actor.getSnapshot().context.applySummary?.target).toEqual({ kind: 'checkout' });

    const empty = runPlan(
      { review: input => ({ ...review(input), changeSet: { ...review(input).changeSet, files: [] } }) },
      { profileSnapshot },
    );
    empty.actor.send({ type: 'start' });
    await until(() => empty.position() === 'execute.queued');
    empty.actor.send({ type: 'start' });
    await empty.untilResting();
    expect(empty.position()).toBe('execute.complete');
  });

  test('gives effects the invariants that are in force, not those it was made with', async () => {
    const rule = {
      invariantId: ulidOf('I'),
      text: 'keep out',
      scope: 'global' as const,
      origin: 'global' as const,
      check: null,
      nonOverridable: true,
      each: 'phase' as const,
    };
    const seen: EffectInput<'createSubplans'>[] = [];
    const { actor, untilResting } = runPlan({
      collectInvariants: () => ({ effective: [rule], conflictCount: 0, decisions: [] }),
      createSubplans: input => {
        seen.push(input);
        return { members: [], config: input.spec.subplanConfig, checkpoint: null };
      },
    });
    actor.send({ type: 'execute' });
    await until(() => actor.getSnapshot().can({ type: 'start' }));
    actor.send({ type: 'start' });
    await untilResting();
    expect(seen[0]?.spec.invariants.map(({ text }) => text)).toEqual(['keep out']);
  });

  test('keeps the validations of its result, and rests with the failure when they fail', async () => {
    const failing = sampleResult('check', { passed: false });
    const { actor, untilResting, position, emitted } = runPlan(
      { validate: () => ({ results: [failing], tree: 't' }) },
      { validations, profileSnapshot: { ...sampleSpec().profileSnapshot, fixesMax: 0 } },
    );
    actor.send({ type: 'execute' });
    await until(() => actor.getSnapshot().can({ type: 'start' }));
    actor.send({ type: 'start' });
    await untilResting();
    expect(position()).toBe('execute.errored');
    expect(actor.getSnapshot().context.error?.code).toBe('VALIDATION_FAILED');
    expect(actor.getSnapshot().context.validationResults).toEqual([failing]);
    expect(emitted('validation.finished')).toHaveLength(1);
  });

  test('remembers the last step that was completed, and never goes back in it [R95]', async () => {
    const { actor } = runPlan();
    actor.send({ type: 'step.completed', step: 2 });
    actor.send({ type: 'step.completed', step: 1 });
    expect(actor.getSnapshot().context.lastCompletedStep).toBe(2);
  });

  test('survives being written down and read back between any two turns [R23]', async () => {
    const { actor, untilResting } = runPlan();
    actor.send({ type: 'start' });
    await untilResting();
    const { context } = actor.getSnapshot();
    expect(JSON.parse(JSON.stringify(context))).toEqual(context);
  });
});

const review = (input: EffectInput<'review'>) => {
  const changeSet = {
    alias: 'main',
    baseTree: 't0',
    resultTree: 'r',
    files: [{ path: 'f', operation: 'added' as const, before: null, after: 'b', mode: '100644' }],
  };
  return { resultTree: `${input.startTree}=x`, changeSet, checkpoint: sampleCheckpoint('postExecute') };
};
