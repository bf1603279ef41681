import { describe, expect, test } from 'vitest';
import type { SnapshotFrom } from 'xstate';
import type { EffectOutput } from '../../../machines/effects.ts';
import { type applyMachine, explainRejection, planStatus } from '../../../machines/index.ts';
import { sampleDecision, sampleError, sampleProfile, sampleResult, sampleSpec, ulidOf } from '../fixtures.ts';
import { deferred, runPlan, waitUntil as until } from '../run-machine.ts';
import { type EffectAnswers, sampleCheckpoint, successfulEffects } from '../scripted-effects.ts';

async function executed(answers: Partial<EffectAnswers>, spec: Parameters<typeof runPlan>[1] = {}) {
  const played = runPlan(answers, spec);
  played.actor.send({ type: 'execute' });
  await until(() => played.position() === 'execute.queued');
  played.actor.send({ type: 'start' });
  await played.untilResting();
  return played;
}

const applyOutput: EffectOutput<'apply'> = {
  outcome: 'applied',
  commits: ['c1'],
  files: ['f'],
  results: [],
  checkpoint: sampleCheckpoint('preApply'),
};
const applyIt = { type: 'apply' as const, target: { kind: 'checkout' as const }, approved: true };

describe('Apply', () => {
  test('waits for approval unless the command brings it', async () => {
    const { actor, position, untilResting } = await executed({});
    actor.send({ ...applyIt, approved: false });
    await until(() => position() === 'apply.queued');
    expect(planStatus(actor.getSnapshot())).toMatchObject({
      resting: true,
      availableCommands: ['apply', 'approve', 'pause', 'revert', 'prompt', 'correct', 'rollback', 'cancel'],
    });
    actor.send({ type: 'approve' });
    await untilResting();
    expect(position()).toBe('apply.applied');
  });

  test('takes the target that was named last', async () => {
    const { actor, position, untilResting, emitted } = await executed({});
    actor.send({ ...applyIt, approved: false });
    await until(() => position() === 'apply.queued');
    actor.send({ ...applyIt, target: { kind: 'patch', file: 'p' } });
    await untilResting();
    expect(emitted('plan.applied')[0]?.target).toEqual({ kind: 'patch', file: 'p' });
  });

  test('is refused when nothing changed, unless that is allowed', async () => {
    const review: EffectAnswers['review'] = ({ startTree }) => ({
      resultTree: startTree,
      changeSet: { alias: 'main', baseTree: startTree, resultTree: startTree, files: [] },
      checkpoint: sampleCheckpoint('postExecute'),
    });
    const refused = await executed({ review });
    expect(explainRejection(refused.actor.getSnapshot(), applyIt)).toMatchObject({ code: 'NOTHING_TO_APPLY' });
    const allowed = await executed({ review }, { allowEmpty: true });
    allowed.actor.send(applyIt);
    await allowed.untilResting();
    expect(allowed.position()).toBe('apply.applied');
  });

  test('that is constrained rests with its reason and can be tried again, whatever failed where it was tried [R103, R186]', async () => {
    const broken = sampleResult('check', { passed: false });
    for (const results of [[], [sampleResult('check')], [broken]]) {
      const { actor, untilResting, position } = await executed({
        apply: () => ({
          outcome: 'constrained',
          error: sampleError('BASE_MOVED', 'moved'),
          results,
          checkpoint: sampleCheckpoint('preApply'),
        }),
      });
      const before = actor.getSnapshot().context.validationResults;
      actor.send(applyIt);
      await untilResting();
      const { errorMessage, validationResults } = actor.getSnapshot().context;
      expect([position(), errorMessage]).toEqual(['apply.constrained', 'moved']);
      expect(validationResults).toEqual(before);
      expect(explainRejection(actor.getSnapshot(), applyIt)).toBeNull();
    }
  });

  test('that fails rests in apply.errored, is not tried again by itself, and can be tried again by command', async () => {
    let tries = 0;
    const { actor, untilResting, position } = await executed({
      apply: input => {
        tries += 1;
        return tries === 1
          ? Promise.reject(new Error('hook'))
          : successfulEffects.apply(input, new AbortController().signal);
      },
    });
    actor.send(applyIt);
    await untilResting();
    expect([position(), tries]).toEqual(['apply.errored', 1]);
    actor.send(applyIt);
    await untilResting();
    expect([position(), tries]).toEqual(['apply.applied', 2]);
  });

  test('is not paused while it is applied, and a cancel then counts only if nothing was applied', async () => {
    for (const succeeds of [true, false]) {
      const applyResult = deferred<EffectOutput<'apply'>>();
      let isAsked = false;
      const { actor, untilResting, position } = await executed({
        apply: () => {
          isAsked = true;
          return applyResult.promise;
        },
      });
      actor.send(applyIt);
      await until(() => isAsked);
      expect(explainRejection(actor.getSnapshot(), { type: 'pause' })).toMatchObject({ code: 'LOCK_CONFLICT' });
      actor.send({ type: 'cancel', reason: 'stop' });
      expect(position()).toBe('apply.processing');
      if (succeeds) applyResult.resolve(applyOutput);
      else applyResult.reject(new Error('no'));
      await untilResting();
      expect(position()).toBe(succeeds ? 'apply.applied' : 'apply.cancelled');
    }
  });

  test('that was cancelled while it was found constrained is cancelled', async () => {
    const applyResult = deferred<EffectOutput<'apply'>>();
    const { actor, untilResting, position, untilState } = await executed({ apply: () => applyResult.promise });
    actor.send(applyIt);
    await untilState({ apply: 'processing' });
    actor.send({ type: 'cancel', reason: 'stop' });
    applyResult.resolve({
      outcome: 'constrained',
      error: sampleError(),
      results: [],
      checkpoint: sampleCheckpoint('preApply'),
    });
    await untilResting();
    expect(position()).toBe('apply.cancelled');
  });

  test('that failed and is cancelled while it is recovered is cancelled', async () => {
    const { actor, untilResting, position } = await executed({
      apply: () => Promise.reject(new Error('no')),
      recover: () => deferred<EffectOutput<'recover'>>().promise,
    });
    actor.send(applyIt);
    const applying = () =>
      actor.getSnapshot().children.apply?.getSnapshot() as SnapshotFrom<typeof applyMachine> | undefined;
    await until(() => applying()?.matches('recovering') === true);
    expect(position()).toBe('apply.processing');
    actor.send({ type: 'cancel', reason: 'stop' });
    await untilResting();
    expect(position()).toBe('apply.cancelled');
  });

  test('that was applied although its checks failed reports what was applied and never gets the state applied', async () => {
    const { actor, untilResting, position } = await executed({
      apply: () => ({
        outcome: 'applied',
        commits: ['c9'],
        files: [],
        results: [sampleResult('check', { passed: false })],
        checkpoint: sampleCheckpoint('preApply'),
      }),
    });
    actor.send(applyIt);
    await untilResting();
    expect(position()).toBe('apply.constrained');
    expect(actor.getSnapshot().context.errorMessage).toContain('c9');
  });

  test('can be taken back from where it rests', async () => {
    const { actor, position, untilResting } = await executed(
      { apply: () => Promise.reject(new Error('no')) },
      { profileSnapshot: sampleProfile({}, 'manual') },
    );
    actor.send(applyIt);
    await untilResting();
    actor.send({ type: 'revert', decision: sampleDecision('V'), guidance: '' });
    expect(position()).toBe('strategize.queued');
    expect(actor.getSnapshot().context.approved).toBe(false);
    expect(sampleSpec().planId).toBe(ulidOf('P'));
  });
});
