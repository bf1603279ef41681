import { describe, expect, test } from 'vitest';
import type { EffectOutput } from '../../../machines/contract.ts';
import { refusal, standing } from '../../../machines/index.ts';
import { type Answers, checkpointOf, goingWell } from '../effects.ts';
import { deferred, playPlan, turns as until } from '../play.ts';
import { decisionOf, faultOf, idOf, profileOf, resultOf, specOf } from '../spec.ts';

async function executed(answers: Partial<Answers>, spec: Parameters<typeof playPlan>[1] = {}) {
  const played = playPlan(answers, spec);
  played.actor.send({ type: 'execute' });
  await until(() => played.here() === 'execute.queued');
  played.actor.send({ type: 'start' });
  await played.rested();
  return played;
}

const landed: EffectOutput<'apply'> = {
  outcome: 'landed',
  commits: ['c1'],
  files: ['f'],
  results: [],
  checkpoint: checkpointOf('preApply'),
};
const applyIt = { type: 'apply' as const, target: { kind: 'checkout' as const }, approved: true };

describe('Apply', () => {
  test('waits for approval unless the command brings it', async () => {
    const { actor, here, rested } = await executed({});
    actor.send({ ...applyIt, approved: false });
    await until(() => here() === 'apply.queued');
    expect(standing(actor.getSnapshot())).toMatchObject({
      resting: true,
      ways: ['apply', 'approve', 'pause', 'revert', 'prompt', 'correct', 'rollback', 'cancel'],
    });
    actor.send({ type: 'approve' });
    await rested();
    expect(here()).toBe('apply.applied');
  });

  test('takes the target that was named last', async () => {
    const { actor, here, rested, told } = await executed({});
    actor.send({ ...applyIt, approved: false });
    await until(() => here() === 'apply.queued');
    actor.send({ ...applyIt, target: { kind: 'patch', file: 'p' } });
    await rested();
    expect(told('plan.applied')[0]?.target).toEqual({ kind: 'patch', file: 'p' });
  });

  test('is refused when nothing changed, unless that is allowed', async () => {
    const review: Answers['review'] = ({ startTree }) => ({
      resultTree: startTree,
      changeSet: { alias: 'main', baseTree: startTree, resultTree: startTree, files: [] },
      checkpoint: checkpointOf('postExecute'),
    });
    const refused = await executed({ review });
    expect(refusal(refused.actor.getSnapshot(), applyIt)).toMatchObject({ code: 'NOTHING_TO_APPLY' });
    const allowed = await executed({ review }, { allowEmpty: true });
    allowed.actor.send(applyIt);
    await allowed.rested();
    expect(allowed.here()).toBe('apply.applied');
  });

  test('that is constrained rests with its reason and can be tried again, whatever failed where it was tried [R103, R186]', async () => {
    const broken = resultOf('check', { passed: false });
    for (const results of [[], [resultOf('check')], [broken]]) {
      const { actor, rested, here } = await executed({
        apply: () => ({
          outcome: 'constrained',
          fault: faultOf('BASE_MOVED', 'moved'),
          results,
          checkpoint: checkpointOf('preApply'),
        }),
      });
      const before = actor.getSnapshot().context.validationResults;
      actor.send(applyIt);
      await rested();
      const { errorMessage, validationResults } = actor.getSnapshot().context;
      expect([here(), errorMessage]).toEqual(['apply.constrained', 'moved']);
      expect(validationResults).toEqual(before);
      expect(refusal(actor.getSnapshot(), applyIt)).toBeNull();
    }
  });

  test('that fails rests in apply.errored, is not tried again by itself, and can be tried again by command', async () => {
    let tries = 0;
    const { actor, rested, here } = await executed({
      apply: input => {
        tries += 1;
        return tries === 1 ? Promise.reject(new Error('hook')) : goingWell.apply(input, new AbortController().signal);
      },
    });
    actor.send(applyIt);
    await rested();
    expect([here(), tries]).toEqual(['apply.errored', 1]);
    actor.send(applyIt);
    await rested();
    expect([here(), tries]).toEqual(['apply.applied', 2]);
  });

  test('is not paused while it lands, and a cancel then counts only if nothing landed', async () => {
    for (const lands of [true, false]) {
      const landing = deferred<EffectOutput<'apply'>>();
      let isAsked = false;
      const { actor, rested, here } = await executed({
        apply: () => {
          isAsked = true;
          return landing.promise;
        },
      });
      actor.send(applyIt);
      await until(() => isAsked);
      expect(refusal(actor.getSnapshot(), { type: 'pause' })).toMatchObject({ code: 'LOCK_CONFLICT' });
      actor.send({ type: 'cancel', reason: 'stop' });
      expect(here()).toBe('apply.processing');
      if (lands) landing.resolve(landed);
      else landing.reject(new Error('no'));
      await rested();
      expect(here()).toBe(lands ? 'apply.applied' : 'apply.cancelled');
    }
  });

  test('that was cancelled while it was found constrained is cancelled', async () => {
    const landing = deferred<EffectOutput<'apply'>>();
    const { actor, rested, here, at } = await executed({ apply: () => landing.promise });
    actor.send(applyIt);
    await at({ apply: { processing: 'landing' } });
    actor.send({ type: 'cancel', reason: 'stop' });
    landing.resolve({ outcome: 'constrained', fault: faultOf(), results: [], checkpoint: checkpointOf('preApply') });
    await rested();
    expect(here()).toBe('apply.cancelled');
  });

  test('that landed against its own checks says what landed and is never called applied', async () => {
    const { actor, rested, here } = await executed({
      apply: () => ({
        outcome: 'landed',
        commits: ['c9'],
        files: [],
        results: [resultOf('check', { passed: false })],
        checkpoint: checkpointOf('preApply'),
      }),
    });
    actor.send(applyIt);
    await rested();
    expect(here()).toBe('apply.constrained');
    expect(actor.getSnapshot().context.errorMessage).toContain('c9');
  });

  test('can be taken back from where it rests', async () => {
    const { actor, here, rested } = await executed(
      { apply: () => Promise.reject(new Error('no')) },
      { profileSnapshot: profileOf({}, 'manual') },
    );
    actor.send(applyIt);
    await rested();
    actor.send({ type: 'revert', decision: decisionOf('V'), guidance: '' });
    expect(here()).toBe('strategize.queued');
    expect(actor.getSnapshot().context.approved).toBe(false);
    expect(specOf().planId).toBe(idOf('P'));
  });
});
