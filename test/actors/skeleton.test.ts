import { expect, test } from 'vitest';
import { skeletonOf } from '../../actors/skeleton.ts';
import type { Decision } from '../../src/model/decision.ts';
import { idOf, planSpec } from '../fixtures.ts';

const spec = planSpec({
  description: 'x'.repeat(30),
  definitionOfDone: 'y'.repeat(300),
  skeleton: ['z'.repeat(60), 'w'.repeat(10)],
});

test('a child gets whole fragments of its parent within the share, the same each time [R37]', () => {
  const kept = skeletonOf(spec, []);
  expect(kept).toEqual(['x'.repeat(30), 'w'.repeat(10)]);
  expect(kept.join('').length).toBeLessThanOrEqual(Math.floor(400 * 0.15));
  expect(skeletonOf(spec, [])).toEqual(kept);
});

test('a share of nothing gives nothing [R37]', () => {
  expect(skeletonOf(spec, [], 0)).toEqual([]);
});

test('a parent of a thousand children gives each no more than a page', () => {
  const children = Array.from(
    { length: 1_000 },
    (_, at): Decision => ({
      ...{
        decisionId: idOf('D'),
        planId: spec.planId,
        parentDecisionId: spec.decisionRootId,
        confidence: 1,
        sequence: at,
      },
      ...{
        type: 'subplan_parallel_spawn',
        question: 'Who does it?',
        chosenOption: `part ${at}`,
        rationale: 'It is a part.',
      },
      ...{ alternatives: [], payload: {}, dependsOn: [], artifacts: [], supersededBy: null, createdAt: spec.createdAt },
      contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    }),
  );
  const [few, many] = [children.slice(0, 100), children].map(some => skeletonOf(spec, some).join('').length);
  expect(few).toBeGreaterThan(300);
  expect(many).toBeLessThanOrEqual(2_000);
  expect(many).toBeGreaterThan(1_900);
});
