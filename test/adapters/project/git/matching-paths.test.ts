import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { matchingPaths } from '../../../../src/adapters/project/git/matching-paths.ts';
import { openGitRepository } from '../../../../src/adapters/project/git/repository.ts';
import { gitEnvironment, withGitFixture } from './git-fixture.ts';

const paths = ['changed', 'same', 'gone', 'folder', 'link', 'filtered', 'unchanged'];

test(
  'Paths match when the checkout has what the later tree has, and the earlier one has not',
  withGitFixture(
    async ({ root, home, git, write }) => {
      const from = await git('rev-parse', 'HEAD^{tree}');
      for (const path of ['changed', 'same', 'gone', 'folder', 'filtered']) await write(path, 'after\n');
      await symlink('target', join(root, 'link'));
      await git('add', '--all');
      const to = await git('write-tree');
      await write('changed', 'later\n');
      await rm(join(root, 'gone'));
      await rm(join(root, 'folder'));
      await mkdir(join(root, 'folder'));
      await write('.git/info/attributes', 'filtered filter=broken\n');
      await git('config', 'filter.broken.clean', 'false');
      await git('config', 'filter.broken.required', 'true');
      const ground = await openGitRepository(root, { env: gitEnvironment(home) });
      expect(await matchingPaths(ground, { from, to, paths })).toEqual(['link', 'same']);
      expect(await matchingPaths(ground, { from, to, paths: ['link'] })).toEqual(['link']);
      await ground.database.close();
    },
    Object.fromEntries(['changed', 'same', 'gone', 'folder', 'filtered', 'unchanged'].map(path => [path, 'before\n'])),
  ),
);
