/** Partial apply of resting plans: in a conflict, after a failure, of a reviewed result; and refusals afterwards. */

import { describe, expect, test } from 'vitest';
import type { AgentTask } from '../../../src/index.ts';
import { hintLine } from '../../hint-line.ts';
import { commitSubjects, formatState, pathsOfCommit } from '../subplan-fixture.ts';
import { createTestProject } from '../test-project.ts';

const paths = (files: readonly { path: string }[] = []) => files.map(({ path }) => path);

/** A subplan that writes one file. */
const writing = (goal: string, path: string, content = `${goal}\n`) => ({
  subplan: { goal, executionActor: { kind: 'steps', steps: [{ write: { path, content } }] } },
});

describe('In a conflict', () => {
  test('a named subplan is applied, the conflict is resolved, and then only the rest is applied [R144, R81]', async () => {
    const testProject = await createTestProject();
    const steps = [writing('aside', 'b.txt'), writing('loud', 'a.txt', 'LOUD\n'), writing('brief', 'a.txt', 'brief\n')];
    const { plan, record } = await testProject.run(() => {}, { strategyActor: { kind: 'steps', steps } });
    expect(formatState(record)).toBe('execute.conflicted');
    const [aside, loud] = record.subplanStatuses.map(({ planId }) => planId);
    await plan.apply({ subplans: [aside ?? ''] });
    expect(pathsOfCommit(testProject)).toEqual(['b.txt']);
    expect((await plan.waitUntilIdle()).state).toBe('conflicted');
    const back = await (await testProject.reopen()).get(plan.id);
    await back.apply({ subplans: [loud ?? ''] });
    expect(pathsOfCommit(testProject)).toEqual(['a.txt']);
    await back.conflicts.resolve('a.txt', 'theirs');
    const resolved = await back.waitUntilIdle();
    expect([formatState(resolved), paths(resolved.changeSet?.files)]).toEqual(['execute.complete', ['a.txt']]);
    await back.apply();
    expect(formatState(await back.waitUntilIdle())).toBe('apply.applied');
    expect(testProject.git('show', 'HEAD:a.txt', 'HEAD:b.txt')).toBe('brief\naside\n');
    expect(commitSubjects(testProject)).toEqual(['Play', 'Play', 'Play', 'Begin']);
  });
});

/** `first` is complete, and so is `follower`, which started from it; `broken` failed. */
async function failed() {
  const all = { broken: true };
  const ran: string[] = [];
  const child = async ({ plan: { description }, call }: AgentTask) => {
    ran.push(description);
    if (description === 'broken' && all.broken) throw new Error('dropped it');
    await call('write', { path: `${description}.txt`, content: `${description}\n` });
  };
  const part = (goal: string, dependsOn: string[] = []) => ({
    subplan: { key: goal, goal, dependsOn, executionActor: 'child', resourceScopes: [`${goal}.txt`] },
  });
  const testProject = await createTestProject({ child });
  const { plan, record } = await testProject.run(() => {}, {
    strategyActor: {
      kind: 'steps',
      steps: [part('first'), part('follower', ['first']), part('broken'), part('apart')],
    },
    subplans: { maxRetries: 0, executionMode: 'dependencyOrdered' },
  });
  const idOf = (wanted: string) => record.subplanStatuses.find(({ goal }) => goal === wanted)?.planId ?? '';
  return { testProject, plan, record, all, ran, idOf };
}

describe('After a failed Execute', () => {
  test('a subplan is applied with its dependencies, and a second execute runs the others on the new base [R144]', async () => {
    const { testProject, plan, record, all, ran, idOf } = await failed();
    expect(formatState(record)).toBe('execute.errored');
    await expect(plan.apply({ subplans: ['absent'] })).rejects.toMatchObject({
      code: 'UNKNOWN_PLAN',
      hints: [hintLine(`troupe plan tree ${plan.id}`)],
    });
    await expect(plan.apply({ subplans: [idOf('broken')] })).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      message: expect.stringContaining('The subplan "broken" is '),
    });
    await plan.apply({ subplans: [idOf('follower')] });
    expect(pathsOfCommit(testProject)).toEqual(['first.txt', 'follower.txt']);
    await expect(plan.apply({ subplans: [idOf('first')] })).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      message: expect.stringContaining('is already applied'),
    });
    all.broken = false;
    ran.length = 0;
    await plan.execute();
    const again = await plan.waitUntilIdle();
    expect([again.error, ran.toSorted()]).toEqual([null, ['apart', 'broken']]);
    expect(paths(again.changeSet?.files)).toEqual(['apart.txt', 'broken.txt']);
    await plan.apply();
    expect(formatState(await plan.waitUntilIdle())).toBe('apply.applied');
    expect(commitSubjects(testProject)).toEqual(['Play', 'Play', 'Begin']);
  });

  test('an applied part cannot be rolled back or corrected; the error names a command that works [R144, R123]', async () => {
    const { testProject, plan, idOf } = await failed();
    const before = (await plan.checkpoints.list()).find(({ trigger }) => trigger === 'preExecute');
    await plan.apply({ subplans: [idOf('first')] });
    const head = testProject.git('rev-parse', 'HEAD').trim();
    const checkpoint = before?.checkpointId ?? '';
    await expect(plan.rollback(checkpoint)).rejects.toMatchObject({
      code: 'PHASE_GUARD',
      message: expect.stringContaining('an applied part cannot be rolled back'),
      hints: expect.arrayContaining([
        hintLine(`troupe plan fork ${plan.id} --checkpoint ${checkpoint}`),
        `git revert --no-edit ${head}`,
      ]),
    });
    const [decision] = (await plan.decisions()).filter(({ chosenOption }) => chosenOption === 'first');
    await expect(plan.correct(decision?.decisionId ?? '', { guidance: 'otherwise' })).rejects.toMatchObject({
      code: 'NOT_CORRECTABLE',
      message: expect.stringContaining('is applied'),
      hints: expect.arrayContaining([hintLine(`troupe plan fork ${plan.id}`)]),
    });
    expect(testProject.git('rev-parse', 'HEAD').trim()).toBe(head);
  });
});

describe('For a reviewed result', () => {
  const result = async (task: AgentTask) => {
    await task.call('write', { path: 'b.txt', content: 'b\n' });
    await task.call('write', { path: 'c.txt', content: 'c\n' });
  };

  test('one file is applied and the plan stays reviewed, also after a restart; a second apply applies the rest [R144]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(result);
    await plan.apply({ only: ['b.txt'] });
    expect(pathsOfCommit(testProject)).toEqual(['b.txt']);
    const back = await (await testProject.reopen()).get(plan.id);
    const record = await back.waitUntilIdle();
    expect([formatState(record), paths(record.changeSet?.files)]).toEqual(['execute.complete', ['c.txt']]);
    expect(record.appliedParts).toMatchObject([{ left: ['c.txt'] }]);
    await back.apply();
    expect(formatState(await back.waitUntilIdle())).toBe('apply.applied');
    expect([pathsOfCommit(testProject), commitSubjects(testProject)]).toEqual([['c.txt'], ['Play', 'Play', 'Begin']]);
  });

  test('the rest is discarded on request, and the plan is finished [R144]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(result);
    await plan.apply({ only: ['b.txt'], discardRest: true });
    const record = await plan.waitUntilIdle();
    expect([formatState(record), pathsOfCommit(testProject)]).toEqual(['apply.applied', ['b.txt']]);
    await expect(plan.apply()).rejects.toMatchObject({ code: 'PHASE_GUARD' });
  });

  test('a check that fails for the part alone prevents its apply, and the whole can still be applied [R144, R103]', async () => {
    const testProject = await createTestProject();
    const both = { name: 'both', argv: ['sh', '-c', 'test ! -f b.txt || test -f c.txt'], timeoutSeconds: 60 };
    const { plan } = await testProject.run(result, { validations: [both] });
    await expect(plan.apply({ only: ['b.txt'] })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    const record = await plan.waitUntilIdle();
    expect([formatState(record), record.appliedParts ?? [], commitSubjects(testProject)]).toEqual([
      'execute.complete',
      [],
      ['Begin'],
    ]);
    await plan.apply();
    expect(formatState(await plan.waitUntilIdle())).toBe('apply.applied');
    expect(pathsOfCommit(testProject)).toEqual(['b.txt', 'c.txt']);
  });

  test('a fork from before the apply keeps the old base, a fork from after it starts from the applied part [R144]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(result);
    const start = testProject.git('rev-parse', 'HEAD').trim();
    await plan.apply({ only: ['b.txt'] });
    const known = await plan.checkpoints.list();
    const at = (wanted: string) => known.find(({ trigger }) => trigger === wanted)?.checkpointId ?? '';
    const [before, after] = [
      await (await testProject.troupe.fork({ plan: plan.id, checkpoint: at('preExecute') })).waitUntilIdle(),
      await (await testProject.troupe.fork({ plan: plan.id, checkpoint: at('postApply') })).waitUntilIdle(),
    ];
    expect([before, after].map(({ projectLinks }) => projectLinks[0]?.baseCommit)).toEqual([
      start,
      testProject.git('rev-parse', 'HEAD').trim(),
    ]);
  });

  test('an exported plan includes what was applied of it [R144, R159]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(result);
    await plan.apply({ only: ['b.txt'] });
    const lines: string[] = [];
    for await (const line of plan.export()) lines.push(line);
    testProject.write('../plan.jsonl', lines.map(line => `${line}\n`).join(''));
    const other = await createTestProject();
    other.git('fetch', '--quiet', testProject.folder, 'main');
    const { planId } = await other.troupe.import(`${testProject.folder}/../plan.jsonl`);
    const there = await (await other.troupe.get(planId)).record();
    expect(there.appliedParts).toEqual((await plan.record()).appliedParts);
    expect(there.appliedParts).toHaveLength(1);
  });
});
