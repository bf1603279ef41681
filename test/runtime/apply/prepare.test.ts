/** Applying a result: whole or in part, previewed, with a commit message and trailers, or rejected with a reason. */

import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AgentTask, CommitTrailers, type PlanRecord } from '../../../src/index.ts';
import { hintLine } from '../../hint-line.ts';
import { createTestProject, type TestProject } from '../test-project.ts';

const twenty = Array.from({ length: 20 }, (_, at) => `line ${at}`);
const text = (...words: string[]) => words.map(word => `${word}\n`).join('');
const files = { 'a.txt': text(...twenty), 'gone.txt': 'gone\n' };

/** Two hunks of one file, one new file in a folder, one file fewer. */
async function work({ call, role }: AgentTask): Promise<void> {
  if (role !== 'execution') return;
  await call('edit', { path: 'a.txt', find: 'line 2\n', replace: 'second\n' });
  await call('edit', { path: 'a.txt', find: 'line 17\n', replace: 'seventeenth\n' });
  await call('write', { path: 'new/b.txt', content: 'two\n' });
  await call('delete', { path: 'gone.txt' });
}

const stage = () => createTestProject({}, { files });
const inCheckout = ({ folder }: TestProject, path: string) => readFileSync(join(folder, path), 'utf8');
const states = ({ phase, state }: PlanRecord) => `${phase}.${state}`;

describe('A result in parts', () => {
  test('lists files and hunks by the names that select them', async () => {
    const testProject = await stage();
    const { plan } = await testProject.run(work);
    const parts = await plan.review.files();
    expect(parts.map(({ path, operation, hunks }) => [path, operation, hunks.length])).toEqual([
      ['a.txt', 'modified', 2],
      ['gone.txt', 'deleted', 0],
      ['new/b.txt', 'added', 0],
    ]);
    expect(parts[0]?.hunks[1]?.text).toContain('-line 17\n+seventeenth');
  });

  test('is applied as selected, down to the hunk, and reports what was left out [R141]', async () => {
    const testProject = await stage();
    const { plan, record } = await testProject.run(work, {
      validations: [{ name: 'b', argv: ['test', '-f', 'new/b.txt'] }],
    });
    await plan.apply({ only: ['a.txt#2', 'new'], discardRest: true });
    const applied = await plan.waitUntilIdle();
    expect(states(applied)).toBe('apply.applied');
    expect(applied.applySummary).toMatchObject({ files: ['a.txt', 'new/b.txt'], left: ['a.txt#1', 'gone.txt'] });
    expect(inCheckout(testProject, 'a.txt')).toBe(
      text(...twenty.map(line => (line === 'line 17' ? 'seventeenth' : line))),
    );
    expect(existsSync(join(testProject.folder, 'gone.txt'))).toBe(true);
    expect(applied.resultTree).toBe(record.resultTree);
    expect(applied.validationResults).toMatchObject([{ name: 'b', passed: true }]);
  });

  test('lists the hunks of each file, also beside a new link, a binary file and a mode change', async () => {
    const testProject = await createTestProject(
      {},
      {
        files: {
          ...{ 'a.txt': 'a\n', 'b.txt': text(...twenty), 'c.txt': text(...twenty) },
          ...{ 'd.bin': 'a\0b', 'e.sh': 'exit\n' },
        },
      },
    );
    const { plan } = await testProject.run(async ({ role, directory, call }) => {
      if (role !== 'execution') return;
      rmSync(join(directory, 'a.txt'));
      symlinkSync('b.txt', join(directory, 'a.txt'));
      writeFileSync(join(directory, 'd.bin'), 'a\0c');
      chmodSync(join(directory, 'e.sh'), 0o755);
      for (const [path, word] of [
        ['b.txt', 'of b'],
        ['c.txt', 'of c'],
      ]) {
        await call('edit', { path, find: 'line 2\n', replace: `second ${word}\n` });
        await call('edit', { path, find: 'line 17\n', replace: `last ${word}\n` });
      }
    });
    const parts = await plan.review.files();
    expect(parts.map(({ path, hunks }) => [path, hunks.length])).toEqual([
      ['a.txt', 0],
      ['b.txt', 2],
      ['c.txt', 2],
      ['d.bin', 0],
      ['e.sh', 0],
    ]);
    expect(parts[2]?.hunks[0]?.text).toContain('+second of c');
    await plan.apply({ only: ['a.txt', 'b.txt#2'], discardRest: true });
    expect(states(await plan.waitUntilIdle())).toBe('apply.applied');
    expect(inCheckout(testProject, 'b.txt')).toBe(
      text(...twenty.map(line => (line === 'line 17' ? 'last of b' : line))),
    );
    expect(inCheckout(testProject, 'c.txt')).toBe(text(...twenty));
  });

  test('is not applied if its checks fail for the selection alone; the whole can still be applied [R103]', async () => {
    const testProject = await stage();
    const { plan, record } = await testProject.run(work, {
      validations: [{ name: 'b', argv: ['test', '-f', 'new/b.txt'] }],
    });
    expect(states(record)).toBe('execute.complete');
    await plan.apply({ only: ['a.txt'], discardRest: true });
    const barred = await plan.waitUntilIdle();
    expect(states(barred)).toBe('apply.constrained');
    expect(barred.error).toMatchObject({ code: 'VALIDATION_FAILED', message: expect.stringContaining('chosen') });
    expect(barred.validationResults).toMatchObject([{ name: 'b', passed: true }]);
    expect(testProject.git('log', '--oneline').trim().split('\n')).toHaveLength(1);
    await plan.apply();
    expect(states(await plan.waitUntilIdle())).toBe('apply.applied');
  });

  test('refuses a part with an unknown name and lists the known ones', async () => {
    const testProject = await stage();
    const { plan } = await testProject.run(work);
    const refusal = { code: 'USAGE', message: expect.stringContaining('a.txt') };
    for (const part of ['b.txt', 'a.txt#3', 'a.txt#0', 'ne', 'a.txt#']) {
      await expect(plan.apply({ only: [part] })).rejects.toMatchObject(refusal);
      await expect(plan.previewApply({ only: [part] })).rejects.toMatchObject(refusal);
    }
    expect(states(await plan.record())).toBe('execute.complete');
  });

  test('is checked against the invariants for the selection only', async () => {
    const testProject = await stage();
    const { plan, record } = await testProject.run(work, {
      invariants: [
        {
          text: 'b comes with a',
          check: { kind: 'command', argv: ['sh', '-c', 'test ! -f new/b.txt || grep -q second a.txt'] },
        },
      ],
    });
    expect(states(record)).toBe('execute.complete');
    const violated = { code: 'INVARIANT_VIOLATED', hints: expect.arrayContaining([hintLine('troupe plan explain')]) };
    await expect(plan.apply({ only: ['new/b.txt'] })).rejects.toMatchObject(violated);
    await plan.apply({ only: ['new/b.txt'], discardRest: true });
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'complete', error: { code: 'INVARIANT_VIOLATED' } });
    await plan.apply({ only: ['a.txt'] });
    expect(await plan.waitUntilIdle()).toMatchObject({
      state: 'complete',
      appliedParts: [{ left: ['gone.txt', 'new/b.txt'] }],
    });
  });
});

describe('What is rejected in review', () => {
  test('is removed and done again by a subplan that gets the reason; everything else stays [R141]', async () => {
    const testProject = await stage();
    const plans: AgentTask['plan'][] = [];
    const { plan } = await testProject.run(async task => {
      if (task.plan.depth === 0) return work(task);
      plans.push(task.plan);
      expect(readFileSync(join(task.directory, 'a.txt'), 'utf8')).toBe(
        text(...twenty.map(line => (line === 'line 2' ? 'second' : line))),
      );
      await task.call('edit', { path: 'a.txt', find: 'line 17\n', replace: 'the 17th\n' });
    });
    const preview = await plan.review.reject([{ part: 'a.txt#2', reason: 'shorter,\nplease' }], { dryRun: true });
    expect(preview).toMatchObject({
      mode: 'append',
      dryRun: true,
      guidance: expect.stringContaining('a.txt#2: shorter, please'),
    });
    expect(states(await plan.record())).toBe('execute.complete');
    const before = await plan.record();

    await plan.review.reject([{ part: 'a.txt#2', reason: 'shorter,\nplease' }]);
    const record = await plan.waitUntilIdle();
    expect(states(record)).toBe('execute.complete');
    expect(record.attempt).toBe(before.attempt + 1);
    expect(plans).toHaveLength(1);
    expect(plans[0]?.description).toBe('Rejected in review; do it differently or not at all: a.txt#2: shorter, please');
    expect(await plan.corrections()).toMatchObject([{ mode: 'append', guidance: plans[0]?.description }]);
    await plan.apply();
    await plan.waitUntilIdle();
    expect(inCheckout(testProject, 'a.txt')).toContain('the 17th\n');
    expect(inCheckout(testProject, 'a.txt')).toContain('second\n');
    expect(inCheckout(testProject, 'new/b.txt')).toBe('two\n');
  });

  test('is refused without a part and a reason', async () => {
    const testProject = await stage();
    const { plan } = await testProject.run(work);
    for (const rejections of [[], [{ part: 'a.txt', reason: ' ' }], [{ part: 'z.txt', reason: 'no' }]])
      await expect(plan.review.reject(rejections)).rejects.toMatchObject({ code: 'USAGE' });
    const young = await testProject.troupe.use({ action: 'play', start: false });
    await expect(young.review.reject([{ part: 'a.txt', reason: 'no' }])).rejects.toMatchObject({ code: 'PHASE_GUARD' });
    await expect(young.review.files()).rejects.toMatchObject({ code: 'PHASE_GUARD' });
  });
});

describe('A preview of an apply', () => {
  test('changes nothing and reports files, message, target and what is left out [R156]', async () => {
    const testProject = await stage();
    const { plan } = await testProject.run(work);
    const state = () => [
      testProject.git('for-each-ref', 'refs/heads'),
      testProject.git('status', '--porcelain'),
      inCheckout(testProject, 'a.txt'),
    ];
    const before = [state(), await plan.record(), await plan.checkpoints.list()];
    const preview = await plan.previewApply({
      only: ['new'],
      target: { kind: 'branch', branch: 'b' },
      commit: { planId: true },
    });
    expect(preview).toMatchObject({
      target: { kind: 'branch', branch: 'b' },
      files: [{ path: 'new/b.txt', operation: 'added' }],
      stat: expect.stringContaining('new/b.txt | 1 +'),
      excluded: ['a.txt', 'gone.txt'],
      message: `Play\n\nTroupe-Plan: ${plan.id}\n`,
      ...{ moved: null, blockedBy: null, postApply: null },
    });
    expect([state(), await plan.record(), await plan.checkpoints.list()]).toEqual(before);
  });

  test('reports what would prevent the apply, and what to do instead [R145]', async () => {
    const testProject = await stage();
    const { plan } = await testProject.run(work);
    const obstacle = async (target?: Parameters<typeof plan.previewApply>[0]) =>
      (await plan.previewApply(target ?? {})).blockedBy;
    testProject.write('a.txt', 'mine\n');
    expect(await obstacle()).toMatchObject({
      code: 'DIRTY_CHECKOUT',
      message: 'files that the result touches have changes that are not committed: a.txt',
      hints: expect.arrayContaining([
        hintLine(`troupe plan apply ${plan.id} --branch troupe/${plan.id.slice(-6).toLowerCase()}`),
        hintLine(`troupe plan apply ${plan.id} --patch troupe-${plan.id.slice(-6).toLowerCase()}.patch`),
      ]),
    });
    expect(await obstacle({ target: { kind: 'branch', branch: 'free' } })).toBeNull();
    expect(await obstacle({ target: { kind: 'branch', branch: 'main' } })).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('main is checked out'),
    });
    expect(await obstacle({ target: { kind: 'branch', branch: 'bad..name' } })).toMatchObject({ code: 'USAGE' });
    expect(await obstacle({ target: { kind: 'patch', file: 'nowhere/p.patch' } })).toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    expect(await obstacle({ target: { kind: 'patch', file: 'p.patch' } })).toBeNull();
    expect(existsSync(join(testProject.folder, 'p.patch'))).toBe(false);
    testProject.git('checkout', '--quiet', '--force', '--detach');
    expect(await obstacle()).toMatchObject({
      code: 'DETACHED_HEAD',
      hints: expect.arrayContaining([
        hintLine(`troupe plan apply ${plan.id} --branch troupe/${plan.id.slice(-6).toLowerCase()}`),
        'git branch',
      ]),
    });
  });

  test('reports that the target moved, and whether both merge', async () => {
    const testProject = await stage();
    const { plan } = await testProject.run(work);
    testProject.write('c.txt', 'theirs\n');
    testProject.git('add', '.');
    testProject.git('commit', '--quiet', '--message=Beside');
    const head = testProject.git('rev-parse', 'HEAD').trim();
    expect((await plan.previewApply()).moved).toEqual({ commit: head, conflicts: [] });
    testProject.write('a.txt', files['a.txt'].replace('line 2\n', 'theirs\n'));
    testProject.git('commit', '--quiet', '--all', '--message=Against');
    expect((await plan.previewApply()).moved).toMatchObject({ conflicts: ['a.txt'] });
    expect((await plan.previewApply({ only: ['new'] })).moved).toMatchObject({ conflicts: [] });
  });
});

describe('The commit of an apply', () => {
  const shown = (testProject: TestProject) => testProject.git('log', '-1', '--format=%an|%ae|%cn|%ce%n%B').trim();

  test('has the user as its only author and no trailers unless they are requested [R149]', async () => {
    const testProject = await stage();
    const { plan } = await testProject.run(work);
    await plan.apply();
    await plan.waitUntilIdle();
    expect(shown(testProject)).toBe('Tester|tester@localhost|Tester|tester@localhost\nPlay');
  });

  test('has the trailers that the action or the user requests; its author is never changed [R149]', async () => {
    const testProject = await stage();
    const action = { commit: { assistedBy: 'a program', planId: true } };
    const first = await testProject.run(work, action);
    await first.plan.apply();
    await first.plan.waitUntilIdle();
    const user = 'Tester|tester@localhost|Tester|tester@localhost\nPlay\n\n';
    expect(shown(testProject)).toBe(`${user}Assisted-by: a program\nTroupe-Plan: ${first.plan.id}`);
    const second = await testProject.run(({ call }) => call('write', { path: 'c.txt', content: 'c' }), action);
    await second.plan.apply({ commit: { coAuthoredBy: 'A Friend <friend@localhost>' } });
    await second.plan.waitUntilIdle();
    expect(shown(testProject)).toBe(`${user}Co-authored-by: A Friend <friend@localhost>`);
    expect(testProject.git('log', '-1', '--format=%(trailers:key=Co-authored-by,valueonly)').trim()).toBe(
      'A Friend <friend@localhost>',
    );
  });

  test('refuses a trailer with several lines or an invalid co-author', () => {
    const notes = [{ coAuthoredBy: 'absent' }, { assistedBy: 'two\nlines' }, { assistedBy: '' }, { signedOffBy: 'x' }];
    expect(notes.filter(note => CommitTrailers.safeParse(note).success)).toEqual([]);
  });
});

describe('The post-apply hook', () => {
  const script = 'echo "$TROUPE_BRANCH $TROUPE_COMMIT $TROUPE_PLAN $PWD" > opened.txt; echo opened';

  test('gets branch, commit and plan, and runs in the project; its outcome is recorded [R162]', async () => {
    const testProject = await stage();
    const { plan } = await testProject.run(work);
    const after = { argv: ['sh', '-c', script], timeoutSeconds: 60 };
    await plan.apply({ target: { kind: 'branch', branch: 'pr' }, postApply: after });
    const record = await plan.waitUntilIdle();
    expect(record.applySummary?.after).toEqual({
      argv: after.argv,
      outcome: 'exited',
      exitCode: 0,
      outputTail: expect.stringContaining('opened'),
    });
    const commit = testProject.git('rev-parse', 'pr').trim();
    expect(inCheckout(testProject, 'opened.txt').trim()).toBe(`pr ${commit} ${plan.id} ${testProject.folder}`);
    const lines: string[] = [];
    for await (const { text } of plan.logs()) lines.push(text);
    expect(lines).toContain('opened');
  });

  test('may fail: the result stays applied, and the failure is reported [R162]', async () => {
    const testProject = await stage();
    const { plan } = await testProject.run(work, { afterApply: { argv: ['sh', '-c', 'echo no such forge; exit 7'] } });
    await plan.apply();
    const record = await plan.waitUntilIdle();
    expect(states(record)).toBe('apply.applied');
    expect(record.applySummary?.after).toMatchObject({
      exitCode: 7,
      outputTail: expect.stringContaining('no such forge'),
    });
  });

  test('is not run again after its process died, since it may have had effects', async () => {
    const testProject = await stage();
    const mark = join(testProject.folder, '..', 'mark');
    const { plan } = await testProject.run(work);
    const after = { argv: ['sh', '-c', `echo ran >> '${mark}'; echo waiting; sleep 60`], timeoutSeconds: 90 };
    await plan.apply({ postApply: after });
    for await (const { text } of plan.logs({ follow: true })) if (text === 'waiting') break;
    const again = await (await testProject.reopen()).get(plan.id);
    const record = await again.waitUntilIdle();
    expect(record.applySummary).toMatchObject({ after: { outcome: 'interrupted', exitCode: null } });
    expect(readFileSync(mark, 'utf8')).toBe('ran\n');
    rmSync(mark);
  });
});
