import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Project } from '../../../../src/ports/project.ts';
import { type GitFixture, withGitFixture } from './git-fixture.ts';

/** What git says of the worktree of a sandbox, without the names of its folder. */
async function descriptionOf(fixture: GitFixture, project: Project, key: string): Promise<string[]> {
  const { tree } = await project.head();
  const { path } = await project.openSandbox({ key, tree });
  await fixture.git('worktree', 'prune', '--expire', 'now');
  const listed = (await fixture.git('worktree', 'list', '--porcelain')).split('\n\n');
  const ofSandbox = listed.find(entry => entry.startsWith(`worktree ${path}`)) ?? '';
  const gitDir = (await fixture.git('-C', path, 'rev-parse', '--absolute-git-dir')).trim();
  const files = ['HEAD', 'commondir', 'gitdir', 'locked'].map(name => readFile(join(gitDir, name), 'utf8'));
  const found = [
    ...[ofSandbox, await fixture.git('-C', path, 'status', '--branch', '--porcelain=v2')],
    ...[await readFile(join(path, '.git'), 'utf8'), ...(await Promise.all(files))],
  ];
  await project.removeSandbox({ key, pin: `kept/${key}` });
  expect(await fixture.git('worktree', 'list')).not.toContain(path);
  return found;
}

test(
  'A worktree is registered as git registers it, and git removes no trace of it',
  withGitFixture(async fixture => {
    const project = fixture.project();
    const ours = await descriptionOf(fixture, project, 'p1');
    // Then git registers it itself.
    await fixture.git('config', 'extensions.worktreeConfig', 'true');
    expect(ours).toEqual(await descriptionOf(fixture, project, 'p1'));
    expect(ours[0]).toMatch(/\nlocked troupe:p1$/);
  }),
);
