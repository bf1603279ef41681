import { expect, test } from 'vitest';
import { summarizeParent } from '../../../actors/subplans/parent-context.ts';
import type { Decision } from '../../../src/model/decision.ts';
import { planSpec, testId } from '../../fixtures.ts';

const spec = planSpec({
  description: 'x'.repeat(30),
  definitionOfDone: 'y'.repeat(300),
  skeleton: ['z'.repeat(60), 'w'.repeat(10)],
});

test('a child gets whole fragments of its parent within its share, the same each time [R37]', () => {
  const kept = summarizeParent(spec, []);
  expect(kept).toEqual(['x'.repeat(30), 'w'.repeat(10)]);
  expect(kept.join('').length).toBeLessThanOrEqual(Math.floor(400 * 0.15));
  expect(summarizeParent(spec, [])).toEqual(kept);
});

test('a share of nothing gives nothing [R37]', () => {
  expect(summarizeParent(spec, [], { share: 0 })).toEqual([]);
});

test('a parent of a thousand children gives each no more than a page', () => {
  const children = Array.from(
    { length: 1_000 },
    (_, at): Decision => ({
      ...{
        decisionId: testId('D'),
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
  const [few, many] = [children.slice(0, 100), children].map(some => summarizeParent(spec, some).join('').length);
  expect(few).toBeGreaterThan(300);
  expect(many).toBeLessThanOrEqual(2_000);
  expect(many).toBeGreaterThan(1_900);
});

test.each([
  ['strategize', ['split by folder', 'mind the budget']],
  ['execute', ['use a map', 'mind the budget']],
  ['apply', ['the tests pass', 'mind the budget']],
  ['default', ['split by folder', 'use a map', 'the tests pass', 'mind the budget']],
] as const)('a child gets the decisions of its parent that its context view %s selects', (view, seen) => {
  const decided = (type: Decision['type'], chosenOption: string, at: number): Decision => ({
    ...{ decisionId: testId('D'), planId: spec.planId, parentDecisionId: spec.decisionRootId, type, chosenOption },
    ...{ question: '', rationale: '', confidence: 1, sequence: at, alternatives: [], payload: {}, dependsOn: [] },
    ...{ artifacts: [], supersededBy: null, createdAt: spec.createdAt },
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
  });
  const decisions = [
    decided('strategy_choice', 'split by folder', 1),
    decided('implementation_choice', 'use a map', 2),
    decided('invariant_enforced', 'the tests pass', 3),
    decided('user_intervention', 'mind the budget', 4),
  ];
  const parent = planSpec({ description: 'Tidy', definitionOfDone: '', skeleton: [] });
  expect(summarizeParent(parent, decisions, { share: 1, view }).map(each => each.trim())).toEqual(['Tidy', ...seen]);
});
