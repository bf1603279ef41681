/** Each threshold of a profile, held against a confidence below, at and above it, where it is enforced. */
import { describe, expect, test } from 'vitest';
import { type ThresholdName, thresholdNames } from '../../../src/model/profile.ts';
import type { ValidationResult } from '../../../src/model/validation.ts';
import { sampleConflict, sampleProfile, sampleResult, subplanOf } from '../fixtures.ts';
import { runPlan, waitUntil } from '../run-machine.ts';

const all = (height: number) => Object.fromEntries(thresholdNames.map(name => [name, height]));
const profile = (name: ThresholdName, height = 0.7) =>
  sampleProfile({ ...all(0), startApply: 1, ...{ [name]: height } }, 'of one threshold');

type Played = ReturnType<typeof runPlan>;

/** Until the plan rests; its turn to execute is given to it when it comes to that. */
async function toRest({ actor, position }: Played, type: 'start' | 'execute' = 'start'): Promise<void> {
  actor.send({ type });
  const rests = () => actor.getSnapshot().status !== 'active' || actor.getSnapshot().hasTag('resting');
  await waitUntil(() => rests() || position() === 'execute.queued');
  if (position() === 'execute.queued') actor.send({ type: 'start' });
  await waitUntil(rests);
}

/** Where a plan rests whose strategy is so sure, of one kind of decision or of all. */
async function restsAt(name: ThresholdName, confidence: number, height = 0.7) {
  const confidenceByThreshold = name === 'startExecute' || name === 'startApply' ? {} : { [name]: confidence };
  const played = runPlan(
    { strategize: () => ({ decisions: [], confidence, confidenceByThreshold }) },
    { profileSnapshot: profile(name, height) },
  );
  await toRest(played);
  return played;
}

describe('Between Strategize and Execute', () => {
  test.each([
    'startExecute',
    'decideStrategy',
    'chooseResources',
    'spawnSubplans',
  ] as const)('%s lets what is sure enough go on, and leaves the rest to a person [R108]', async name => {
    expect((await restsAt(name, 0.6)).position()).toBe('strategize.complete');
    expect((await restsAt(name, 0.7)).position()).toBe('execute.complete');
    expect((await restsAt(name, 0.8)).position()).toBe('execute.complete');
    const asked = await restsAt(name, 1, 1);
    expect(asked.position()).toBe('strategize.complete');
    await toRest(asked, 'execute');
    expect(asked.position()).toBe('execute.complete');
  });
});

describe('Between Execute and Apply', () => {
  test('startApply lets what is sure enough land, and leaves the rest to a person [R108]', async () => {
    expect((await restsAt('startApply', 0.6)).position()).toBe('execute.complete');
    expect((await restsAt('startApply', 0.7)).position()).toBe('apply.applied');
    expect((await restsAt('startApply', 0.8)).position()).toBe('apply.applied');
    expect((await restsAt('startApply', 1, 1)).position()).toBe('execute.complete');
  });
});

describe('Within Execute', () => {
  test.each([
    [0.6, 0],
    [0.7, 1],
    [0.8, 1],
  ])('fixValidations at 0.7 has what failed mended when the plan is sure by %s: %i times [R108]', async (confidence, fixes) => {
    let mended = 0;
    const results: ValidationResult[] = [sampleResult('check', { passed: false })];
    const played = runPlan(
      {
        strategize: () => ({ decisions: [], confidence }),
        validate: () => ({ results: mended > 0 ? [sampleResult('check')] : results, tree: 't' }),
        fix: () => {
          mended += 1;
          return { decisions: [], tree: 't', toolCalls: 1 };
        },
      },
      {
        profileSnapshot: profile('fixValidations'),
        validations: [{ name: 'check', argv: ['true'], required: true, timeoutSeconds: 1, cache: true }],
      },
    );
    await toRest(played);
    expect(mended).toBe(fixes);
    expect(played.position()).toBe(fixes > 0 ? 'execute.complete' : 'execute.errored');
  });

  test.each([
    [0.6, 'execute.conflicted'],
    [0.7, 'execute.complete'],
    [0.8, 'execute.complete'],
  ])('resolveConflicts at 0.7 lets a policy resolve conflicts at a confidence of %s: %s [R108]', async (confidence, end) => {
    const config = { ...subplanOf('A').spec.subplanConfig, conflictPolicy: 'preferOurs' as const };
    const played = runPlan(
      {
        strategize: () => ({ decisions: [], confidence }),
        createSubplans: ({ spec }) => ({ members: spec.depth > 0 ? [] : [subplanOf('A')], config, checkpoint: null }),
        mergeNext: () => ({ clean: false, treeOid: 'm', folded: 1, conflicts: [sampleConflict('f')], engines: {} }),
      },
      { profileSnapshot: profile('resolveConflicts'), subplanConfig: config },
    );
    await toRest(played);
    expect(played.position()).toBe(end);
  });
});
