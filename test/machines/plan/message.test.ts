import { describe, expect, test } from 'vitest';
import type { EffectInput } from '../../../machines/contract.ts';
import type { PlanSpec } from '../../../src/model/plan.ts';
import { type Answers, goingWell } from '../effects.ts';
import { playPlan, turns as until } from '../play.ts';
import { decisionOf, faultOf, specOf } from '../spec.ts';

const actors = { ...specOf().actors, apply: 'local/writer' };
const message = { subject: 'Greet the world', body: 'It was silent.' };
const applyIt = { type: 'apply' as const, target: { kind: 'checkout' as const }, approved: true };
const written = () => ({ message, fault: null, decisions: [decisionOf('1')] });

/** What a plan that was executed and applied gave to its effects. */
async function applied(answers: Partial<Answers>, spec: Parameters<typeof playPlan>[1] = { actors }) {
  const inputs: EffectInput<'apply'>[] = [];
  const played = playPlan(
    {
      ...answers,
      apply: (input, signal) => {
        inputs.push(input);
        return goingWell.apply(input, signal);
      },
    },
    spec,
  );
  played.actor.send({ type: 'execute' });
  await until(() => played.here() === 'execute.queued');
  played.actor.send({ type: 'start' });
  await played.rested();
  const { commitMessage } = played.actor.getSnapshot().context;
  played.actor.send(applyIt);
  await played.rested();
  return { ...played, commitMessage, given: inputs[0]?.message };
}

describe('The message of the commit [R178]', () => {
  test('is written for the frozen result before the plan rests, and is applied with it', async () => {
    const asked: string[] = [];
    const { told, commitMessage, given } = await applied({
      describe: ({ resultTree }) => {
        asked.push(resultTree);
        return written();
      },
    });
    expect(asked).toEqual(['t0=Say hello']);
    expect(commitMessage).toEqual({ message, fault: null });
    expect(given).toEqual(message);
    expect(told('decision.recorded').map(({ decision }) => decision.decisionId)).toContain(decisionOf('1').decisionId);
  });

  test('that could not be written leaves the plan where it would be, with the reason', async () => {
    const fault = faultOf('AGENT_FAILED', 'no words');
    const { commitMessage, given, ways } = await applied({
      describe: () => ({ message: null, fault, decisions: [] }),
    });
    expect(commitMessage).toEqual({ message: null, fault });
    expect(given).toBe(null);
    expect(ways().slice(-4)).toEqual(['execute.complete', 'apply.queued', 'apply.processing', 'apply.applied']);
  });

  const unchanged: Answers['review'] = async (input, signal) => {
    const found = await goingWell.review(input, signal);
    return { ...found, changeSet: { ...found.changeSet, files: [] } };
  };
  const nobody: Partial<PlanSpec> = {};
  test.each([
    { where: 'where nobody is named', spec: nobody, review: goingWell.review },
    { where: 'for a subplan', spec: { actors, depth: 1 }, review: goingWell.review },
    { where: 'for a result that changes nothing', spec: { actors, allowEmpty: true }, review: unchanged },
  ])('is not asked for $where', async ({ spec, review }) => {
    const { actor, rested } = playPlan({ review, describe: () => Promise.reject(new Error('asked')) }, spec);
    actor.send({ type: 'execute' });
    if (!('depth' in spec)) {
      await until(() => actor.getSnapshot().can({ type: 'start' }));
      actor.send({ type: 'start' });
    }
    await rested();
    expect(actor.getSnapshot().context).toMatchObject({ commitMessage: null, error: null });
  });
});
