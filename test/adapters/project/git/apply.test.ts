import { mkdirSync, writeFileSync } from 'node:fs';
import { lstat, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hintLine } from '../../../hint-line.ts';
import { withGitFixture } from './git-fixture.ts';
import { baseFiles, checkoutTarget, createResult, writeHook } from './sample-result.ts';

describe('applying to the checkout', () => {
  test(
    'makes one commit in the user’s name, and updates branch, index and files',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      // Touched but not changed: modification times alone do not prevent the apply.
      await writeFile(join(fixture.root, 'a.txt'), 'a\n');
      const outcome = await project.apply({ ...options, target: checkoutTarget });
      expect(outcome).toEqual({
        outcome: 'applied',
        commits: [await fixture.git('rev-parse', 'main')],
        files: ['a.txt', 'b.txt', 'new/n.txt'],
      });
      expect(await fixture.git('status', '--porcelain', '--branch')).toBe('## main');
      expect(await fixture.git('log', '-1', '--format=%an <%ae>%n%B')).toBe(
        `Ada <ada@example.com>\n${options.message}`,
      );
      expect(await fixture.git('rev-parse', 'HEAD^', 'HEAD^{tree}')).toBe(`${options.base}\n${options.tree}`);
      expect(await fixture.git('reflog', '-1', '--format=%gs')).toBe('troupe: apply');
      expect(((await lstat(join(fixture.root, 'new/n.txt'))).mode & 0o111) !== 0).toBe(true);
      expect(await project.sandboxes()).toEqual([]);
    }, baseFiles),
  );

  test(
    'returns the recorded result, even after the user rewrote the commit',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      const outcome = await project.apply({ ...options, target: checkoutTarget });
      await fixture.git('commit', '--quiet', '--amend', '-m', 'Reworded');
      const head = await fixture.git('rev-parse', 'HEAD');
      expect(await fixture.project().apply({ ...options, target: checkoutTarget })).toEqual(outcome);
      expect(await fixture.git('rev-parse', 'HEAD')).toBe(head);
    }, baseFiles),
  );

  test(
    'reports a branch that has new commits as moved, and changes nothing',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      await fixture.git('commit', '--quiet', '--allow-empty', '-m', 'Meanwhile');
      const [commit, tree] = (await fixture.git('rev-parse', 'HEAD', 'HEAD^{tree}')).split('\n');
      expect(await project.apply({ ...options, target: checkoutTarget })).toEqual({ outcome: 'moved', commit, tree });
      expect(await fixture.git('status', '--porcelain')).toBe('');
    }, baseFiles),
  );

  test(
    'keeps a commit made at the last moment, and restores the files',
    withGitFixture(async fixture => {
      const { options } = await createResult(fixture);
      const meanwhile = await fixture.git('commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', 'Meanwhile');
      const trace = (words: readonly string[]) => {
        if (words[0] === 'update-ref' && words[1] === '-m') fixture.gitSync('update-ref', 'refs/heads/main', meanwhile);
      };
      const outcome = await fixture.project({ trace }).apply({ ...options, target: checkoutTarget });
      expect(outcome).toMatchObject({ outcome: 'moved', commit: meanwhile });
      expect(await fixture.git('status', '--porcelain', '--branch')).toBe('## main');
      expect(await readFile(join(fixture.root, 'a.txt'), 'utf8')).toBe('a\n');
    }, baseFiles),
  );

  test(
    '[R145, R188] is refused for staged, modified and conflicted files of the result, with the possible commands',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      const refusal = async () =>
        project.apply({ ...options, target: checkoutTarget }).catch((error: unknown) => error);
      await fixture.write('a.txt', 'mine\n');
      await fixture.write('dir/c.txt', 'mine\n');
      await fixture.write('new/n.txt', 'mine, and staged\n');
      await fixture.git('add', 'new');
      expect(await refusal()).toMatchObject({
        code: 'DIRTY_CHECKOUT',
        details: { files: ['a.txt', 'new/n.txt'] },
        hints: [
          hintLine('troupe plan apply --branch NAME'),
          hintLine('troupe plan apply --patch FILE'),
          hintLine(
            `git -C ${fixture.root} stash --include-untracked && troupe plan apply && git -C ${fixture.root} stash pop`,
          ),
        ],
      });
      expect(await readFile(join(fixture.root, 'a.txt'), 'utf8')).toBe('mine\n');
      await fixture.git('reset', '--quiet', '--hard');
      const [blob] = (await fixture.git('rev-parse', 'HEAD:a.txt')).split('\n');
      await fixture.git('update-index', '--force-remove', 'dir/c.txt');
      await writeFile(join(fixture.home, 'unmerged'), `100644 ${blob} 1\tdir/c.txt\n100644 ${blob} 2\tdir/c.txt\n`);
      await fixture.git('-c', 'alias.take=!git update-index --index-info <', 'take', join(fixture.home, 'unmerged'));
      expect(await refusal()).toMatchObject({ code: 'DIRTY_CHECKOUT', details: { files: ['dir/c.txt'] } });
      await fixture.git('reset', '--quiet', '--hard');
      for (const name of ['one', 'two', 'three', 'four', 'five', 'six', 'seven'])
        await fixture.write(`new/n.txt/${name}`, 'x');
      expect(await refusal()).toMatchObject({ code: 'DIRTY_CHECKOUT', message: expect.stringContaining('and 2 more') });
      await rm(join(fixture.root, 'new'), { recursive: true });
      await writeFile(join(fixture.root, '.git/MERGE_HEAD'), `${options.base}\n`);
      expect(await refusal()).toMatchObject({ code: 'DIRTY_CHECKOUT', details: { files: ['MERGE_HEAD'] } });
      await rm(join(fixture.root, '.git/MERGE_HEAD'));
      await fixture.write('unrelated.txt', 'untracked files elsewhere stay\n');
      expect(await project.apply({ ...options, target: checkoutTarget })).toMatchObject({ outcome: 'applied' });
      expect(await fixture.git('status', '--porcelain')).toBe('?? unrelated.txt');
    }, baseFiles),
  );

  test(
    '[R188] keeps changes of the user in other files, staged or not, and names them',
    withGitFixture(
      async fixture => {
        const { project, options } = await createResult(fixture);
        await fixture.write('dir/c.txt', 'mine\n');
        await fixture.write('mine.txt', 'mine\n');
        await fixture.write('.gitignore', '*.log\n# staged\n');
        await fixture.git('add', 'mine.txt', '.gitignore');
        await rm(join(fixture.root, 'dir/d.txt'));
        const before = await fixture.git('status', '--porcelain');
        const uncommitted = ['.gitignore', 'dir/c.txt', 'dir/d.txt', 'mine.txt'];
        const { tree, base } = options;
        expect(await project.checkTarget({ tree, base, target: checkoutTarget })).toEqual({ moved: null, uncommitted });
        expect(await project.apply({ ...options, target: checkoutTarget })).toMatchObject({
          outcome: 'applied',
          uncommitted,
        });
        expect(await fixture.git('status', '--porcelain')).toBe(before);
        expect(await fixture.git('diff', '--name-only', 'HEAD^', 'HEAD')).toBe('a.txt\nb.txt\nnew/n.txt');
        expect(await readFile(join(fixture.root, 'dir/c.txt'), 'utf8')).toBe('mine\n');
        expect(await readFile(join(fixture.root, 'a.txt'), 'utf8')).toBe('applied\n');
      },
      { ...baseFiles, 'dir/d.txt': 'd\n' },
    ),
  );

  test(
    'is refused for a file that appears after the check, and the next attempt succeeds',
    withGitFixture(async fixture => {
      const { options } = await createResult(fixture);
      const path = join(fixture.root, 'new/n.txt');
      let appear = true;
      const trace = (words: readonly string[]) => {
        if (!appear || words[0] !== 'update-index') return;
        appear = false;
        mkdirSync(join(fixture.root, 'new'));
        writeFileSync(path, 'mine\n');
      };
      const project = fixture.project({ trace });
      const outcome = await project.apply({ ...options, target: checkoutTarget }).catch((error: unknown) => error);
      expect(outcome).toMatchObject({ code: 'DIRTY_CHECKOUT' });
      expect(await readFile(path, 'utf8')).toBe('mine\n');
      await rm(path);
      expect(await fixture.git('status', '--porcelain')).toBe('');
      expect(await project.apply({ ...options, target: checkoutTarget })).toMatchObject({ outcome: 'applied' });
    }, baseFiles),
  );

  test(
    'reports a lock conflict while another git holds the index, and changes nothing',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      const lock = join(fixture.root, '.git/index.lock');
      await writeFile(lock, '');
      await expect(project.apply({ ...options, target: checkoutTarget })).rejects.toMatchObject({
        code: 'LOCK_CONFLICT',
        hints: [`rm ${lock}  # when no git is running`],
      });
      await rm(lock);
      expect(await fixture.git('status', '--porcelain')).toBe('');
      expect(await project.apply({ ...options, target: checkoutTarget })).toMatchObject({ outcome: 'applied' });
    }, baseFiles),
  );

  test(
    '[R145] is refused on a detached HEAD, with what to do',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      await fixture.git('switch', '--quiet', '--detach');
      expect(await project.head()).toMatchObject({ branch: null });
      await expect(project.apply({ ...options, target: checkoutTarget })).rejects.toMatchObject({
        code: 'DETACHED_HEAD',
        hints: [hintLine('troupe plan apply --branch NAME'), 'git branch'],
      });
    }, baseFiles),
  );

  test(
    'replaces folders by files and files by folders',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const { commit: base, tree: from } = await project.head();
      const oid = await project.writeBlob(Buffer.from('x'));
      const tree = await project.writeTree(from, [
        { path: 'dir/c.txt', oid: null },
        { path: 'dir', oid },
        { path: 'a.txt', oid: null },
        { path: 'a.txt/inside', oid },
      ]);
      const options = { key: 'k', base, tree, message: 'Swap', target: checkoutTarget };
      await fixture.write('dir/kept.log', 'ignored\n');
      await expect(project.apply(options)).rejects.toMatchObject({ details: { files: ['dir/kept.log'] } });
      await rm(join(fixture.root, 'dir/kept.log'));
      expect(await project.apply(options)).toMatchObject({ outcome: 'applied' });
      expect(await fixture.git('status', '--porcelain')).toBe('');
    }, baseFiles),
  );
});

describe('applying to a branch', () => {
  test(
    '[R145] creates the branch, or moves one that is at the base, and the checkout stays unchanged',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      await fixture.write('a.txt', 'dirty\n');
      const before = await project.fingerprint();
      const target = { kind: 'branch', branch: 'troupe/one' } as const;
      const outcome = await project.apply({ ...options, target });
      expect(outcome).toMatchObject({ outcome: 'applied', commits: [await fixture.git('rev-parse', 'troupe/one')] });
      expect(await project.apply({ ...options, target })).toEqual(outcome);
      await fixture.git('branch', 'waiting', options.base);
      const waiting = { kind: 'branch', branch: 'waiting' } as const;
      expect(await project.apply({ ...options, key: 'k2', target: waiting })).toMatchObject({ outcome: 'applied' });
      expect(await fixture.git('rev-parse', 'waiting^', 'waiting^{tree}')).toBe(`${options.base}\n${options.tree}`);
      expect(await project.apply({ ...options, key: 'k3', target: waiting })).toMatchObject({
        outcome: 'moved',
        commit: await fixture.git('rev-parse', 'waiting'),
      });
      expect(await project.fingerprint()).toEqual(before);
    }, baseFiles),
  );

  test(
    '[R145] is refused if it is checked out anywhere, or if its name is invalid',
    withGitFixture(async fixture => {
      const { project, options } = await createResult(fixture);
      await fixture.git('worktree', 'add', '--quiet', '-b', 'elsewhere', join(fixture.home, 'elsewhere'));
      for (const [branch, where] of [
        ['main', fixture.root],
        ['elsewhere', join(fixture.home, 'elsewhere')],
      ] as const) {
        await expect(project.apply({ ...options, target: { kind: 'branch', branch } })).rejects.toMatchObject({
          code: 'USAGE',
          where,
        });
      }
      for (const branch of ['no..good', '-x', '@{-1}', 'a b'])
        await expect(project.apply({ ...options, target: { kind: 'branch', branch } })).rejects.toMatchObject({
          code: 'USAGE',
        });
      await fixture.git('branch', 'folder/leaf');
      await expect(project.apply({ ...options, target: { kind: 'branch', branch: 'folder' } })).rejects.toMatchObject({
        code: 'GIT_FAILED',
        details: { stderr: expect.stringContaining('folder') },
      });
    }, baseFiles),
  );

  test(
    'does not overwrite a branch that another process creates at the last moment',
    withGitFixture(async fixture => {
      const { options } = await createResult(fixture);
      const other = await fixture.git('commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', 'Other');
      const trace = (words: readonly string[]) => {
        if (words[0] === 'update-ref' && words[1] === '-m') fixture.gitSync('update-ref', 'refs/heads/out', other);
      };
      const target = { kind: 'branch', branch: 'out' } as const;
      expect(await fixture.project({ trace }).apply({ ...options, target })).toMatchObject({
        outcome: 'moved',
        commit: other,
      });
      expect(await fixture.git('rev-parse', 'out')).toBe(other);
    }, baseFiles),
  );

  test(
    'reuses the commit of an apply that the checkout refused',
    withGitFixture(async fixture => {
      const lines = join(fixture.home, 'lines');
      await writeHook(fixture, 'pre-commit', `echo ran >> ${lines}`);
      const { options } = await createResult(fixture);
      const crashing = fixture.project({
        trace: words => {
          if (words[0] === 'read-tree' && words.includes('-m')) throw new Error('crash');
        },
      });
      await expect(crashing.apply({ ...options, target: checkoutTarget })).rejects.toThrow('crash');
      await fixture.project().apply({ ...options, target: { kind: 'branch', branch: 'troupe/x' } });
      expect(await readFile(lines, 'utf8')).toBe('ran\n');
    }, baseFiles),
  );
});
