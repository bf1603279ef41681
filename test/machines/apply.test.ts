import { expect, test } from 'vitest';
import type { EffectInput, EffectOutput } from '../../machines/effects.ts';
import { sampleError, sampleResult, sampleSpec } from './fixtures.ts';
import { deferred, runMachine, waitForState } from './run-machine.ts';
import { type EffectAnswers, sampleCheckpoint, scriptedMachines, successfulEffects } from './scripted-effects.ts';

function applyWith(answers: Partial<EffectAnswers>) {
  const { actor } = runMachine(scriptedMachines(answers).apply, {
    ...{ spec: sampleSpec(), attempt: 1, target: { kind: 'checkout' }, resultTree: 't3' },
    ...{ sandbox: { key: 'k', path: '/s' }, order: null, message: null, nextCommands: ['apply'] },
  });
  const output = async () => {
    await waitForState(actor, ({ status }) => status === 'done');
    return actor.getSnapshot().output;
  };
  return { actor, output };
}

const error = sampleError('INTERNAL', 'the disk is full');

test('An apply ends with what the effect returned, also when a required check failed', async () => {
  const checkpoint = sampleCheckpoint('preApply');
  const applied: EffectOutput<'apply'> = { outcome: 'applied', commits: ['c'], files: ['f'], results: [], checkpoint };
  const outputs: [EffectOutput<'apply'>, string][] = [
    [applied, 'applied'],
    [{ ...applied, results: [sampleResult('check', { passed: false })] }, 'constrained'],
    [{ outcome: 'constrained', error, results: [], checkpoint }, 'constrained'],
  ];
  for (const [found, state] of outputs) {
    const { actor, output } = applyWith({ apply: () => found });
    expect(await output()).toEqual(found);
    expect(actor.getSnapshot().value).toBe(state);
  }
});

test('An apply that fails is recovered, with the commands that the plan has next, and keeps its error', async () => {
  const asked: EffectInput<'recover'>[] = [];
  const { output } = applyWith({
    apply: () => Promise.reject(error),
    recover: (input, signal) => {
      asked.push(input);
      return successfulEffects.recover(input, signal);
    },
  });
  expect(await output()).toMatchObject({
    ...{ outcome: 'failed', error: { message: 'the disk is full' }, recoveryError: null },
    recovery: { details: { recovered: true } },
  });
  expect(asked).toMatchObject([{ phase: 'apply', attempt: 1, sandbox: { key: 'k' } }]);
  expect(asked[0]?.error.hints).toContainEqual(expect.objectContaining({ command: 'plan apply' }));
});

test('A recovery that fails keeps the error of the apply, with its own beside it', async () => {
  const { output } = applyWith({
    apply: () => Promise.reject(error),
    recover: () => Promise.reject(sampleError('LOCK_CONFLICT', 'locked')),
  });
  expect(await output()).toMatchObject({
    ...{ outcome: 'failed', error: { message: 'the disk is full' }, recovery: null },
    recoveryError: { message: 'locked' },
  });
});

test('A cancel waits for the apply, and prevents or ends the recovery', async () => {
  const applying = deferred<EffectOutput<'apply'>>();
  let recoveries = 0;
  const recover: EffectAnswers['recover'] = () => {
    recoveries += 1;
    return deferred<EffectOutput<'recover'>>().promise;
  };
  const { actor, output } = applyWith({ apply: () => applying.promise, recover });
  actor.send({ type: 'cancel' });
  expect(actor.getSnapshot().value).toBe('applying');
  applying.reject(error);
  expect(await output()).toMatchObject({ outcome: 'failed', recovery: null, recoveryError: null });
  expect(recoveries).toBe(0);

  const late = applyWith({ apply: () => Promise.reject(error), recover });
  await waitForState(late.actor, snapshot => snapshot.matches('recovering'));
  late.actor.send({ type: 'cancel' });
  expect(await late.output()).toMatchObject({ outcome: 'failed', error: { message: 'the disk is full' } });
  expect(recoveries).toBe(1);
});
