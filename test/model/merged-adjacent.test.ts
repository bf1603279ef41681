import { expect, test } from 'vitest';
import type { PlanEvent } from '../../src/model/event.ts';
import { effectiveMergedAdjacent } from '../../src/model/merged-adjacent.ts';

const change = { at: [], ours: ['host'], theirs: ['port'] };

/** A journal of these events, at the positions 1, 2, 3 … */
const journal = (...events: object[]) =>
  events.map((event, index) => ({ seq: (index + 1).toString(36), ...event })) as PlanEvent[];
const merged = (childPlanId: string, path: string) => ({
  type: 'merge.child_merged',
  childPlanId,
  adjacent: { [path]: [change] },
});
const corrected = (mode: string, from: string, childPlanIds: string[] = []) => ({
  type: 'plan.corrected',
  correction: { mode, from, childPlanIds },
});
const pathsIn = (...events: object[]) => effectiveMergedAdjacent(journal(...events)).map(({ path }) => path);
const two = [merged('A', 'a.json'), merged('B', 'b.json')];

test('[R171] values that were merged beside others are listed with the subplan', () => {
  expect(
    effectiveMergedAdjacent(journal(merged('A', 'a.json'), { type: 'merge.child_merged', childPlanId: 'B' })),
  ).toEqual([{ path: 'a.json', childPlanId: 'A', ...change }]);
});

test('merges that a rollback, a return to Strategize or another attempt discarded are not listed', () => {
  expect(pathsIn(...two, { type: 'plan.rolled_back', sequence: 1 })).toEqual(['a.json']);
  expect(pathsIn(...two, { type: 'plan.phase_changed', to: { phase: 'strategize', state: 'queued' } })).toEqual([]);
  expect(pathsIn(...two, { type: 'plan.phase_changed', to: { phase: 'execute', state: 'complete' } })).toEqual([
    'a.json',
    'b.json',
  ]);
  expect(pathsIn(...two, merged('A', 'c.json'))).toEqual(['b.json', 'c.json']);
});

test('a correction discards the merges of the subplans that it cancels, or all if it begins before them', () => {
  expect(pathsIn(...two, corrected('append', 'work'))).toEqual(['a.json', 'b.json']);
  expect(pathsIn(...two, corrected('revert', 'children', ['A']))).toEqual(['b.json']);
  expect(pathsIn(...two, corrected('revert', 'work'))).toEqual([]);
});
