/** The base of a plan: the checked-out commit, a named one, or the latest one of the remote. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatBase } from '../../src/presentation/base.ts';
import { createTestProject } from './test-project.ts';

test('The base can be named and is stored in the plan; by default it is the checked-out commit [R143]', async () => {
  const testProject = await createTestProject();
  const first = testProject.git('rev-parse', 'HEAD').trim();
  testProject.git('tag', 'v1');
  testProject.write('b.txt', 'two');
  testProject.git('add', '.');
  testProject.git('commit', '--quiet', '--message=Second');
  await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'player' });
  const tagged = await (await testProject.troupe.use({ action: 'play', base: 'v1', start: false })).record();
  expect(tagged.projectLinks[0]).toMatchObject({ baseCommit: first, branch: 'main' });
  expect(formatBase(tagged)).toBe(`from ${first.slice(0, 12)} for branch main`);
  const plain = await (await testProject.troupe.use({ action: 'play', start: false })).record();
  expect(plain.projectLinks[0]?.baseCommit).toBe(testProject.git('rev-parse', 'HEAD').trim());
  await expect(testProject.troupe.use({ action: 'play', base: 'v9' })).rejects.toMatchObject({ code: 'USAGE' });
});

test('A fresh base is the latest commit of the remote, and the checkout does not move [R143]', async () => {
  const testProject = await createTestProject();
  await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'player' });
  const fresh = (base?: string) =>
    testProject.troupe.use({ action: 'play', fetch: true, start: false, ...(base === undefined ? {} : { base }) });
  await expect(fresh()).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('has no remote') });
  const remote = join(testProject.folder, '..', 'remote.git');
  const git = (folder: string, ...words: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...words], {
      encoding: 'utf8',
    }).trim();
  testProject.git('init', '--quiet', '--bare', '--initial-branch=main', remote);
  testProject.git('remote', 'add', 'origin', remote);
  testProject.git('push', '--quiet', 'origin', 'main');
  await expect(fresh()).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('follows no other') });
  const before = testProject.git('rev-parse', 'HEAD').trim();
  const tree = git(remote, 'rev-parse', 'main^{tree}');
  const newer = git(remote, 'commit-tree', tree, '-p', 'main', '-m', 'Newer');
  git(remote, 'update-ref', 'refs/heads/main', newer);
  expect((await (await fresh('origin/main')).record()).projectLinks[0]?.baseCommit).toBe(newer);
  testProject.git('branch', '--quiet', '--set-upstream-to=origin/main');
  expect((await (await fresh()).record()).projectLinks[0]?.baseCommit).toBe(newer);
  expect([testProject.git('rev-parse', 'HEAD').trim(), testProject.git('status', '--porcelain')]).toEqual([before, '']);
});
