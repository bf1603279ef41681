import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { gitProject } from '../../../../src/git.ts';
import { beginRepository } from '../../../begin-repository.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('a repository has one id, in all of its worktrees and processes, and a clone another one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-place-'));
  folders.push(folder);
  const [root, worktree, clone] = ['root', 'worktree', 'clone'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  beginRepository(root, {
    files: { 'a.txt': 'one\n' },
    user: { name: 'Ada', email: 'ada@example.com' },
    configuresUser: true,
  });
  const git = (...words: string[]) => execFileSync('git', ['-C', root, ...words], { stdio: 'pipe' });
  git('worktree', 'add', '-q', worktree);
  git('clone', '-q', root, clone);
  const placeOf = async (path: string) => {
    const project = gitProject(path, { sandboxes: join(folder, 'sandboxes') });
    const place = await project.place?.();
    await project.close();
    return place;
  };
  const [one, again, other] = await Promise.all([placeOf(root), placeOf(root), placeOf(clone)]);
  expect(one).toMatchObject({ host: hostname(), root });
  expect(one?.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(again).toEqual(one);
  expect((await placeOf(worktree))?.id).toBe(one?.id);
  expect(other?.id).not.toBe(one?.id);
});
