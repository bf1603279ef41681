import { describe, expect, test } from 'vitest';
import type { EffectInput } from '../../../machines/effects.ts';
import type { PlanSpec } from '../../../src/model/plan.ts';
import { sampleDecision, sampleError, sampleSpec } from '../fixtures.ts';
import { runPlan, waitUntil as until } from '../run-machine.ts';
import { type EffectAnswers, successfulEffects } from '../scripted-effects.ts';

const actors = { ...sampleSpec().actors, apply: 'local/writer' };
const message = { subject: 'Greet the world', body: 'It was silent.' };
const applyIt = { type: 'apply' as const, target: { kind: 'checkout' as const }, approved: true };
const written = () => ({ message, error: null, decisions: [sampleDecision('1')] });

/** What a plan that was executed and applied gave to its effects. */
async function applied(answers: Partial<EffectAnswers>, spec: Parameters<typeof runPlan>[1] = { actors }) {
  const inputs: EffectInput<'apply'>[] = [];
  const played = runPlan(
    {
      ...answers,
      apply: (input, signal) => {
        inputs.push(input);
        return successfulEffects.apply(input, signal);
      },
    },
    spec,
  );
  played.actor.send({ type: 'execute' });
  await until(() => played.position() === 'execute.queued');
  played.actor.send({ type: 'start' });
  await played.untilResting();
  const { commitMessage } = played.actor.getSnapshot().context;
  played.actor.send(applyIt);
  await played.untilResting();
  return { ...played, commitMessage, given: inputs[0]?.message };
}

describe('The message of the commit [R178]', () => {
  test('is written for the frozen result before the plan rests, and is applied with it', async () => {
    const asked: string[] = [];
    const { emitted, commitMessage, given } = await applied({
      describe: ({ resultTree }) => {
        asked.push(resultTree);
        return written();
      },
    });
    expect(asked).toEqual(['t0=Say hello']);
    expect(commitMessage).toEqual({ message, error: null });
    expect(given).toEqual(message);
    expect(emitted('decision.recorded').map(({ decision }) => decision.decisionId)).toContain(
      sampleDecision('1').decisionId,
    );
  });

  test('that could not be written leaves the plan where it would be, with the reason', async () => {
    const error = sampleError('AGENT_FAILED', 'no words');
    const { commitMessage, given, positions } = await applied({
      describe: () => ({ message: null, error, decisions: [] }),
    });
    expect(commitMessage).toEqual({ message: null, error });
    expect(given).toBe(null);
    expect(positions().slice(-4)).toEqual(['execute.complete', 'apply.queued', 'apply.processing', 'apply.applied']);
  });

  const unchanged: EffectAnswers['review'] = async (input, signal) => {
    const found = await successfulEffects.review(input, signal);
    return { ...found, changeSet: { ...found.changeSet, files: [] } };
  };
  const emptySpec: Partial<PlanSpec> = {};
  test.each([
    { where: 'where no agent is named', spec: emptySpec, review: successfulEffects.review },
    { where: 'for a subplan', spec: { actors, depth: 1 }, review: successfulEffects.review },
    { where: 'for a result that changes nothing', spec: { actors, allowEmpty: true }, review: unchanged },
  ])('is not asked for $where', async ({ spec, review }) => {
    const { actor, untilResting } = runPlan({ review, describe: () => Promise.reject(new Error('asked')) }, spec);
    actor.send({ type: 'execute' });
    if (!('depth' in spec)) {
      await until(() => actor.getSnapshot().can({ type: 'start' }));
      actor.send({ type: 'start' });
    }
    await untilResting();
    expect(actor.getSnapshot().context).toMatchObject({ commitMessage: null, error: null });
  });
});
