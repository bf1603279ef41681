/** Partial apply: while children run, in a conflict, after a failure, of a reviewed result. */
import { describe, expect, test } from 'vitest';
import {
  commitSubjects,
  formatState,
  pathsOfCommit,
  startPlan,
  threeChildren,
  waitForCompleted,
} from '../subplan-fixture.ts';
import { createTestProject } from '../test-project.ts';

describe('The results of completed subplans', () => {
  test('are applied while others run; the plan continues from them and applies only the rest at the end [R144]', async () => {
    const { held, began, play, child } = threeChildren();
    const testProject = await createTestProject({ child });
    const { plan, rested } = await startPlan(testProject, play);
    await waitForCompleted(plan, 1);
    const preview = await plan.previewApply({ finished: true });
    expect(preview).toMatchObject({ continues: true, excluded: [], moved: null, blockedBy: null });
    expect(preview.files.map(({ path }) => path)).toEqual(['first.txt', 'own.txt']);
    await plan.apply({ finished: true });
    expect(pathsOfCommit(testProject)).toEqual(['first.txt', 'own.txt']);
    const going = await plan.record();
    const head = testProject.git('rev-parse', 'HEAD').trim();
    expect(formatState(going)).toBe('execute.processing');
    expect(going.projectLinks).toMatchObject([
      { baseCommit: head, baseTree: testProject.git('rev-parse', 'HEAD^{tree}').trim() },
    ]);
    expect(going.appliedParts).toMatchObject([
      { commits: [head], files: ['first.txt', 'own.txt'], subplans: preview.subplans },
    ]);
    held.open();
    const record = await rested();
    expect(formatState(record)).toBe('execute.complete');
    expect(record.changeSet?.files.map(({ path }) => path)).toEqual(['second.txt', 'third.txt']);
    expect(began).toMatchObject({ second: ['own.txt'], third: ['own.txt', 'first.txt'] });
    await plan.apply();
    expect(formatState(await plan.waitUntilIdle())).toBe('apply.applied');
    expect(pathsOfCommit(testProject)).toEqual(['second.txt', 'third.txt']);
    expect(commitSubjects(testProject)).toEqual(['Play', 'Play', 'Begin']);
    expect(testProject.git('status', '--porcelain')).toBe('');
  });
});
