import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openGit } from '../../../../src/adapters/project/git/git.ts';
import { openRefWriter } from '../../../../src/adapters/project/git/ref-writer.ts';
import { gitEnvironment, withGitFixture } from './git-fixture.ts';

const ours = 'refs/troupe/some/ref';

describe('setting refs', () => {
  test(
    'uses one process for many refs, and continues when git rejects one or another process moved it',
    withGitFixture(async ({ root, home, git }) => {
      const words: string[] = [];
      const trace = (given: readonly string[]) => words.push(given.join(' '));
      const refs = openRefWriter(openGit({ cwd: root }, { env: gitEnvironment(home), trace }));
      const [commit, tree] = (await git('rev-parse', 'HEAD', 'HEAD^{tree}')).split('\n');
      await Promise.all([refs.set(ours, String(commit)), refs.set(`${ours}s`, String(tree))]);
      await git('update-ref', '-d', ours);
      await git('pack-refs', '--all');
      await refs.set(ours, String(tree));
      expect(await git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/troupe')).toBe(
        `${ours} ${tree}\n${ours}s ${tree}`,
      );
      expect(words).toEqual(['update-ref -z --stdin']);
      await refs.close();
    }),
  );

  test(
    'deletes refs in the same process, and ignores a missing one',
    withGitFixture(async ({ root, home, git }) => {
      const words: string[] = [];
      const trace = (given: readonly string[]) => words.push(given.join(' '));
      const refs = openRefWriter(openGit({ cwd: root }, { env: gitEnvironment(home), trace }));
      const commit = await git('rev-parse', 'HEAD');
      await refs.set(ours, commit);
      await refs.set(`${ours}s`, commit);
      await git('pack-refs', '--all');
      await refs.delete(ours);
      await refs.delete(ours);
      expect(await git('for-each-ref', '--format=%(refname)', 'refs/troupe')).toBe(`${ours}s`);
      expect(words).toEqual(['update-ref -z --stdin']);
      const lock = join(root, '.git', `${ours}s.lock`);
      await mkdir(dirname(lock), { recursive: true });
      await writeFile(lock, '');
      await expect(refs.delete(`${ours}s`)).rejects.toMatchObject({ code: 'GIT_FAILED' });
      await refs.close();
    }),
  );

  test(
    'reports what is wrong with a ref, and continues with the next',
    withGitFixture(async ({ root, home, git }) => {
      const refs = openRefWriter(openGit({ cwd: root }, { env: gitEnvironment(home) }));
      const commit = await git('rev-parse', 'HEAD');
      await expect(refs.set('refs/troupe/a..b', commit)).rejects.toMatchObject({ code: 'GIT_FAILED' });
      await writeFile(join(root, '.git/refs/heads/held.lock'), '');
      await expect(refs.set('refs/heads/held', commit)).rejects.toMatchObject({
        hints: [expect.stringMatching(/^rm .*held\.lock {2}# when no other git is running$/)],
      });
      await refs.set(ours, commit);
      expect(await git('rev-parse', ours)).toBe(commit);
      await refs.close();
      await refs.close();
    }),
  );
});
