import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withGitFixture } from './git-fixture.ts';

describe('The head of a checkout', () => {
  test(
    'follows every commit, branch and detached HEAD that the user’s git makes after the project was opened',
    withGitFixture(async ({ git, project }) => {
      const opened = project();
      const commits = [(await opened.head()).commit];
      const commit = async (...words: string[]) => {
        await git(...words);
        await git('commit', '--quiet', '--allow-empty', '-m', `Commit ${commits.length}`);
        commits.push(await git('rev-parse', 'HEAD'));
      };
      await commit('status');
      expect(await opened.head()).toMatchObject({ commit: commits[1], branch: 'main' });
      await commit('switch', '--quiet', '--create', 'feature/one');
      expect(await opened.head()).toMatchObject({ commit: commits[2], branch: 'feature/one' });
      await git('pack-refs', '--all');
      await git('gc', '--quiet', '--prune=now');
      expect(await opened.head()).toMatchObject({ commit: commits[2], branch: 'feature/one' });
      await git('switch', '--quiet', '--detach', 'main');
      expect(await opened.head()).toMatchObject({ commit: commits[1], branch: null });
      expect(await opened.head(commits[0])).toMatchObject({ commit: commits[0], branch: null });
      expect(await opened.head('feature/one~1')).toMatchObject({ commit: commits[1] });
      await expect(opened.head('0'.repeat(40))).rejects.toMatchObject({ code: 'USAGE' });
    }),
  );

  test(
    'of a linked worktree differs from that of the main checkout',
    withGitFixture(async ({ git, project, home }) => {
      const opened = project();
      const linked = join(home, 'linked');
      await git('worktree', 'add', '--quiet', '-b', 'topic', linked);
      await git('-C', linked, 'commit', '--quiet', '--allow-empty', '-m', 'On topic');
      const topic = await git('-C', linked, 'rev-parse', 'HEAD');
      expect(await opened.head('HEAD', { from: linked })).toMatchObject({
        root: linked,
        commit: topic,
        branch: 'topic',
      });
      expect((await opened.head()).branch).toBe('main');
      await git('-C', linked, 'switch', '--quiet', '--detach', 'HEAD~1');
      expect(await opened.head('HEAD', { from: linked })).toMatchObject({
        commit: (await opened.head()).commit,
        branch: null,
      });
    }),
  );

  test(
    'is read by git if its format is unknown',
    withGitFixture(async ({ git, project, root }) => {
      const opened = project();
      await opened.head();
      const commit = await git('rev-parse', 'HEAD');
      // The format that git wrote with core.preferSymlinkRefs.
      await writeFile(join(root, '.git/HEAD'), 'ref:refs/heads/main\n');
      expect(await opened.head()).toMatchObject({ commit, branch: 'main' });
    }),
  );
});
