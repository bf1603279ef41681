/** Edge cases of a partial apply: moved targets, conflicts, pauses, cancels, names, rollbacks. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import { gitProject } from '../../../src/git.ts';
import type { Hint, Project } from '../../../src/index.ts';
import { hintLine, lineOfHint } from '../../hint-line.ts';
import { sharedStore } from '../crash-points.ts';
import {
  commitSubjects,
  createLatch,
  formatState,
  pathsOfCommit,
  startPlan,
  threeChildren,
  waitForCompleted,
} from '../subplan-fixture.ts';
import { createTestProject, type TestProject } from '../test-project.ts';

function commit(testProject: TestProject, path: string, content: string) {
  testProject.write(path, content);
  testProject.git('add', '.');
  testProject.git('commit', '--quiet', '--message=Meanwhile');
}

/** One subplan is complete, another waits for its gate, a third for the second. */
async function atWork(action: Record<string, unknown> = {}) {
  const { held, began, play, child } = threeChildren();
  const testProject = await createTestProject({ child });
  const { plan, rested } = await startPlan(testProject, play, action);
  await waitForCompleted(plan, 1);
  return { testProject, plan, rested, held, began };
}

describe('When the target moved before a part is applied', () => {
  test('both changes are kept, the rest starts from both, and neither is merged twice [R144]', async () => {
    const { testProject, plan, rested, held, began } = await atWork();
    commit(testProject, 'c.txt', 'theirs\n');
    await plan.apply({ finished: true });
    expect(pathsOfCommit(testProject)).toEqual(['first.txt', 'own.txt']);
    commit(testProject, 'd.txt', 'later\n');
    held.open();
    const record = await rested();
    expect(record.changeSet?.files.map(({ path }) => path)).toEqual(['second.txt', 'third.txt']);
    expect(began).toMatchObject({ third: ['own.txt', 'first.txt', 'c.txt'] });
    await plan.apply();
    expect(formatState(await plan.waitUntilIdle())).toBe('apply.applied');
    expect(commitSubjects(testProject)).toEqual(['Play', 'Meanwhile', 'Play', 'Meanwhile', 'Begin']);
    expect(testProject.git('show', 'HEAD:c.txt', 'HEAD:d.txt')).toBe('theirs\nlater\n');
  });

  test('a part that conflicts is not applied, the plan continues, and the part is applied once the conflict is fixed [R144]', async () => {
    const { testProject, plan, rested, held } = await atWork();
    commit(testProject, 'first.txt', 'otherwise\n');
    expect((await plan.previewApply({ finished: true })).moved).toMatchObject({ conflicts: ['first.txt'] });
    await expect(plan.apply({ finished: true })).rejects.toMatchObject({
      code: 'BASE_MOVED',
      details: { files: ['first.txt'] },
      hints: expect.arrayContaining([hintLine(`troupe plan apply ${plan.id} --finished --dry-run`)]),
    });
    expect(commitSubjects(testProject)).toEqual(['Meanwhile', 'Begin']);
    expect(formatState(await plan.record())).toBe('execute.processing');
    testProject.git('rm', '--quiet', 'first.txt');
    testProject.git('commit', '--quiet', '--message=Away');
    await plan.apply({ finished: true });
    expect(pathsOfCommit(testProject)).toEqual(['first.txt', 'own.txt']);
    held.open();
    expect(formatState(await rested())).toBe('execute.complete');
  });

  test('an uncommitted file of the user is not overwritten, and the plan continues [R144, R145]', async () => {
    const { testProject, plan, rested, held } = await atWork();
    writeFileSync(join(testProject.folder, 'first.txt'), 'mine\n');
    expect((await plan.previewApply({ finished: true })).blockedBy).toMatchObject({ code: 'DIRTY_CHECKOUT' });
    await expect(plan.apply({ finished: true })).rejects.toMatchObject({ code: 'DIRTY_CHECKOUT' });
    expect([testProject.git('status', '--porcelain'), commitSubjects(testProject)]).toEqual([
      '?? first.txt\n',
      ['Begin'],
    ]);
    const file = join(testProject.folder, '..', 'parts.patch');
    await expect(plan.apply({ finished: true, target: { kind: 'patch', file } })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('cannot continue from a patch'),
    });
    await plan.apply({ finished: true, target: { kind: 'branch', branch: 'aside' } });
    expect(pathsOfCommit(testProject, 'aside')).toEqual(['first.txt', 'own.txt']);
    await expect(plan.apply({ finished: true, target: { kind: 'checkout' } })).rejects.toMatchObject({
      code: 'NOTHING_TO_APPLY',
    });
    held.open();
    await rested();
    await plan.apply();
    expect(formatState(await plan.waitUntilIdle())).toBe('apply.applied');
    expect(pathsOfCommit(testProject, 'aside')).toEqual(['second.txt', 'third.txt']);
    expect(testProject.git('status', '--porcelain')).toBe('?? first.txt\n');
  });
});

describe('A plan with an applied part', () => {
  test('can be paused, applies another part while paused, and continues [R144]', async () => {
    const { testProject, plan, rested, held } = await atWork();
    await plan.pause();
    await plan.waitUntilIdle();
    await plan.apply({ finished: true });
    expect(pathsOfCommit(testProject)).toEqual(['first.txt', 'own.txt']);
    expect((await plan.record()).state).toBe('paused');
    await rested();
    held.open();
    await plan.resume();
    const record = await plan.waitUntilIdle();
    expect(formatState(record)).toBe('execute.complete');
    expect(record.changeSet?.files.map(({ path }) => path)).toEqual(['second.txt', 'third.txt']);
  });

  test('can be cancelled; the applied part stays and is reported [R144]', async () => {
    const { testProject, plan, rested } = await atWork();
    await plan.apply({ finished: true });
    const head = testProject.git('rev-parse', 'HEAD');
    await plan.cancel('enough');
    const record = await rested();
    expect(record.state).toBe('cancelled');
    expect(record.appliedParts).toMatchObject([{ commits: [head.trim()] }]);
    expect(testProject.git('rev-parse', 'HEAD')).toBe(head);
    expect(testProject.git('status', '--porcelain')).toBe('');
  });

  test('can be cancelled during the apply of a part, which is then not applied [R144]', async () => {
    const { play, child } = threeChildren();
    const testProject = await createTestProject({ child });
    const [reached, free] = [createLatch(), createLatch()];
    const project = gitProject(testProject.folder, { sandboxes: join(testProject.folder, '../sandboxes') });
    const slow: Project = {
      ...project,
      async apply(what) {
        reached.open();
        await free.opened;
        return project.apply(what);
      },
    };
    await testProject.reopen({ project: slow });
    const { plan, rested } = await startPlan(testProject, play);
    await waitForCompleted(plan, 1);
    const applied = plan.apply({ finished: true }).catch((thrown: unknown) => thrown);
    await reached.opened;
    await plan.cancel('enough');
    free.open();
    expect(await applied).toMatchObject({ code: 'CANCELLED' });
    const record = await rested();
    expect([record.state, record.appliedParts?.length]).toEqual(['cancelled', 0]);
    expect(commitSubjects(testProject)).toEqual(['Begin']);
    expect(testProject.git('status', '--porcelain')).toBe('');
  });
});

describe('While other subplans run', () => {
  test('a subplan that is running, unknown or named together with paths is not applied, and the reason is reported [R144]', async () => {
    const { testProject, plan, rested, held } = await atWork();
    const { subplanStatuses } = await plan.record();
    const idOf = (wanted: string) => subplanStatuses.find(({ goal }) => goal === wanted)?.planId ?? '';
    await expect(plan.apply({ subplans: [idOf('second')] })).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      message: expect.stringMatching(/^The subplan "second" is /),
      hints: [hintLine(`troupe plan tree ${plan.id}`)],
    });
    await expect(plan.apply({ subplans: ['absent'] })).rejects.toMatchObject({ code: 'UNKNOWN_PLAN' });
    await expect(plan.apply({ only: ['own.txt'], finished: true })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(plan.apply({ only: ['own.txt'] })).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      hints: expect.arrayContaining([hintLine(`troupe plan apply ${plan.id} --finished`)]),
    });
    await expect(plan.apply({ finished: true, expectedTree: 'another' })).rejects.toMatchObject({
      code: 'LOCK_CONFLICT',
    });
    expect(commitSubjects(testProject)).toEqual(['Begin']);
    await plan.apply({ subplans: [idOf('first')] });
    expect(pathsOfCommit(testProject)).toEqual(['first.txt', 'own.txt']);
    const again = await plan.apply({ finished: true }).catch((thrown: unknown) => thrown);
    expect(again).toMatchObject({ code: 'NOTHING_TO_APPLY' });
    // Its hints do not name what was just refused.
    expect((again as { hints: Hint[] }).hints.map(lineOfHint)).not.toContainEqual(
      expect.stringContaining('--finished'),
    );
    held.open();
    expect(formatState(await rested())).toBe('execute.complete');
  });

  test('a check that only the whole passes prevents the apply of a part, and the plan continues [R144, R103]', async () => {
    const whole = { name: 'whole', argv: ['sh', '-c', 'test -f third.txt'], timeoutSeconds: 60 };
    const { testProject, plan, rested, held } = await atWork({ validations: [whole] });
    await expect(plan.apply({ finished: true })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      hints: [hintLine(`troupe plan tree ${plan.id}`), hintLine(`troupe plan explain ${plan.id}`)],
    });
    expect([formatState(await plan.record()), commitSubjects(testProject)]).toEqual(['execute.processing', ['Begin']]);
    held.open();
    expect(formatState(await rested())).toBe('execute.complete');
    await plan.apply();
    expect(formatState(await plan.waitUntilIdle())).toBe('apply.applied');
    expect(pathsOfCommit(testProject)).toEqual(['first.txt', 'own.txt', 'second.txt', 'third.txt']);
  });

  test('a process that dies between the commit and the new base applies the part once, and the others continue [R27, R144]', async () => {
    const { held, play, child } = threeChildren();
    const rows = await memoryStore()();
    const [committed, never] = [createLatch(), new Promise<never>(() => {})];
    let dead = false;
    const testProject = await createTestProject(
      {
        child: task => (task.plan.description === 'second' && !dead ? never : child(task)),
      },
      { store: sharedStore(rows) },
    );
    const project = () => gitProject(testProject.folder, { sandboxes: join(testProject.folder, '../sandboxes') });
    const real = project();
    const mortal: Project = {
      ...real,
      async apply(what) {
        await real.apply(what);
        dead = true;
        committed.open();
        return never;
      },
    };
    await testProject.reopen({ store: sharedStore(rows, () => dead), project: mortal });
    const { plan } = await startPlan(testProject, play);
    await waitForCompleted(plan, 1);
    void plan.apply({ finished: true });
    await committed.opened;
    expect(commitSubjects(testProject)).toEqual(['Play', 'Begin']);

    testProject.troupe = await testProject.openSecond({ store: sharedStore(rows), project: project() });
    const back = await testProject.troupe.get(plan.id);
    held.open();
    const record = await back.waitUntilIdle();
    expect([formatState(record), record.appliedParts?.length]).toEqual(['execute.complete', 1]);
    expect(record.changeSet?.files.map(({ path }) => path)).toEqual(['second.txt', 'third.txt']);
    await back.apply();
    expect(formatState(await back.waitUntilIdle())).toBe('apply.applied');
    expect([pathsOfCommit(testProject), commitSubjects(testProject)]).toEqual([
      ['second.txt', 'third.txt'],
      ['Play', 'Play', 'Begin'],
    ]);
  });
});
