/** Where a plan starts: at what is checked out, at what was named, or at what the remote has by now. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startOf } from '../../src/cli/view/start.ts';
import { playhouse } from './playhouse.ts';

test('The base can be named, and is stored in the plan; without one it is what is checked out [R143]', async () => {
  const house = await playhouse();
  const first = house.git('rev-parse', 'HEAD').trim();
  house.git('tag', 'v1');
  house.write('b.txt', 'two');
  house.git('add', '.');
  house.git('commit', '--quiet', '--message=Second');
  await house.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'player' });
  const tagged = await (await house.troupe.use({ action: 'play', base: 'v1', start: false })).record();
  expect(tagged.projectLinks[0]).toMatchObject({ baseCommit: first, branch: 'main' });
  expect(startOf(tagged)).toBe(`from ${first.slice(0, 12)} for branch main`);
  const plain = await (await house.troupe.use({ action: 'play', start: false })).record();
  expect(plain.projectLinks[0]?.baseCommit).toBe(house.git('rev-parse', 'HEAD').trim());
  await expect(house.troupe.use({ action: 'play', base: 'v9' })).rejects.toMatchObject({ code: 'USAGE' });
});

test('A fresh base is what the remote has by now, and the checkout stays where it was [R143]', async () => {
  const house = await playhouse();
  await house.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'player' });
  const fresh = (base?: string) =>
    house.troupe.use({ action: 'play', fetch: true, start: false, ...(base === undefined ? {} : { base }) });
  await expect(fresh()).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('has no remote') });
  const remote = join(house.folder, '..', 'remote.git');
  const git = (folder: string, ...words: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...words], {
      encoding: 'utf8',
    }).trim();
  house.git('init', '--quiet', '--bare', '--initial-branch=main', remote);
  house.git('remote', 'add', 'origin', remote);
  house.git('push', '--quiet', 'origin', 'main');
  await expect(fresh()).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('follows no other') });
  const before = house.git('rev-parse', 'HEAD').trim();
  const tree = git(remote, 'rev-parse', 'main^{tree}');
  const newer = git(remote, 'commit-tree', tree, '-p', 'main', '-m', 'Newer');
  git(remote, 'update-ref', 'refs/heads/main', newer);
  expect((await (await fresh('origin/main')).record()).projectLinks[0]?.baseCommit).toBe(newer);
  house.git('branch', '--quiet', '--set-upstream-to=origin/main');
  expect((await (await fresh()).record()).projectLinks[0]?.baseCommit).toBe(newer);
  expect([house.git('rev-parse', 'HEAD').trim(), house.git('status', '--porcelain')]).toEqual([before, '']);
});
