import { mkdirSync, writeFileSync } from 'node:fs';
import { lstat, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkout, files, hook, prepared } from './result.ts';
import { onTrial } from './trial.ts';

describe('landing in the checkout', () => {
  test(
    'makes one commit in the user’s name, and leaves branch, index and files in step',
    onTrial(async trial => {
      const { project, options } = await prepared(trial);
      // Touched, not changed: times alone refuse nothing.
      await writeFile(join(trial.root, 'a.txt'), 'a\n');
      const landing = await project.land({ ...options, target: checkout });
      expect(landing).toEqual({
        outcome: 'landed',
        commits: [await trial.git('rev-parse', 'main')],
        files: ['a.txt', 'b.txt', 'new/n.txt'],
      });
      expect(await trial.git('status', '--porcelain', '--branch')).toBe('## main');
      expect(await trial.git('log', '-1', '--format=%an <%ae>%n%B')).toBe(`Ada <ada@example.com>\n${options.message}`);
      expect(await trial.git('rev-parse', 'HEAD^', 'HEAD^{tree}')).toBe(`${options.base}\n${options.tree}`);
      expect(await trial.git('reflog', '-1', '--format=%gs')).toBe('troupe: land');
      expect(((await lstat(join(trial.root, 'new/n.txt'))).mode & 0o111) !== 0).toBe(true);
      expect(await project.sandboxes()).toEqual([]);
    }, files),
  );

  test(
    'is answered from what is recorded, even after the user rewrote the commit',
    onTrial(async trial => {
      const { project, options } = await prepared(trial);
      const landing = await project.land({ ...options, target: checkout });
      await trial.git('commit', '--quiet', '--amend', '-m', 'Reworded');
      const head = await trial.git('rev-parse', 'HEAD');
      expect(await trial.project().land({ ...options, target: checkout })).toEqual(landing);
      expect(await trial.git('rev-parse', 'HEAD')).toBe(head);
    }, files),
  );

  test(
    'a branch that went on is reported as moved, and nothing is changed',
    onTrial(async trial => {
      const { project, options } = await prepared(trial);
      await trial.git('commit', '--quiet', '--allow-empty', '-m', 'Meanwhile');
      const [commit, tree] = (await trial.git('rev-parse', 'HEAD', 'HEAD^{tree}')).split('\n');
      expect(await project.land({ ...options, target: checkout })).toEqual({ outcome: 'moved', commit, tree });
      expect(await trial.git('status', '--porcelain')).toBe('');
    }, files),
  );

  test(
    'a commit made at the very last moment wins, and the files go back to it',
    onTrial(async trial => {
      const { options } = await prepared(trial);
      const meanwhile = await trial.git('commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', 'Meanwhile');
      const trace = (words: readonly string[]) => {
        if (words[0] === 'update-ref' && words[1] === '-m') trial.gitNow('update-ref', 'refs/heads/main', meanwhile);
      };
      const landing = await trial.project({ trace }).land({ ...options, target: checkout });
      expect(landing).toMatchObject({ outcome: 'moved', commit: meanwhile });
      expect(await trial.git('status', '--porcelain', '--branch')).toBe('## main');
      expect(await readFile(join(trial.root, 'a.txt'), 'utf8')).toBe('a\n');
    }, files),
  );

  test(
    '[R145, R188] staged, modified and half-merged files that the result touches refuse it, with the ways out',
    onTrial(async trial => {
      const { project, options } = await prepared(trial);
      const refusal = async () => project.land({ ...options, target: checkout }).catch((error: unknown) => error);
      await trial.write('a.txt', 'mine\n');
      await trial.write('dir/c.txt', 'mine\n');
      await trial.write('new/n.txt', 'mine, and staged\n');
      await trial.git('add', 'new');
      expect(await refusal()).toMatchObject({
        code: 'DIRTY_CHECKOUT',
        details: { files: ['a.txt', 'new/n.txt'] },
        hints: [
          'troupe plan apply --branch NAME',
          'troupe plan apply --patch FILE',
          `git -C ${trial.root} stash --include-untracked && troupe plan apply && git -C ${trial.root} stash pop`,
        ],
      });
      expect(await readFile(join(trial.root, 'a.txt'), 'utf8')).toBe('mine\n');
      await trial.git('reset', '--quiet', '--hard');
      const [blob] = (await trial.git('rev-parse', 'HEAD:a.txt')).split('\n');
      await trial.git('update-index', '--force-remove', 'dir/c.txt');
      await writeFile(join(trial.home, 'unmerged'), `100644 ${blob} 1\tdir/c.txt\n100644 ${blob} 2\tdir/c.txt\n`);
      await trial.git('-c', 'alias.take=!git update-index --index-info <', 'take', join(trial.home, 'unmerged'));
      expect(await refusal()).toMatchObject({ code: 'DIRTY_CHECKOUT', details: { files: ['dir/c.txt'] } });
      await trial.git('reset', '--quiet', '--hard');
      for (const name of ['one', 'two', 'three', 'four', 'five', 'six', 'seven'])
        await trial.write(`new/n.txt/${name}`, 'x');
      expect(await refusal()).toMatchObject({ code: 'DIRTY_CHECKOUT', message: expect.stringContaining('and 2 more') });
      await rm(join(trial.root, 'new'), { recursive: true });
      await writeFile(join(trial.root, '.git/MERGE_HEAD'), `${options.base}\n`);
      expect(await refusal()).toMatchObject({ code: 'DIRTY_CHECKOUT', details: { files: ['MERGE_HEAD'] } });
      await rm(join(trial.root, '.git/MERGE_HEAD'));
      await trial.write('unrelated.txt', 'untracked files elsewhere stay\n');
      expect(await project.land({ ...options, target: checkout })).toMatchObject({ outcome: 'landed' });
      expect(await trial.git('status', '--porcelain')).toBe('?? unrelated.txt');
    }, files),
  );

  test(
    '[R188] changes of the user’s beside the result stay as they are, staged or not, and are named',
    onTrial(
      async trial => {
        const { project, options } = await prepared(trial);
        await trial.write('dir/c.txt', 'mine\n');
        await trial.write('mine.txt', 'mine\n');
        await trial.write('.gitignore', '*.log\n# staged\n');
        await trial.git('add', 'mine.txt', '.gitignore');
        await rm(join(trial.root, 'dir/d.txt'));
        const before = await trial.git('status', '--porcelain');
        const uncommitted = ['.gitignore', 'dir/c.txt', 'dir/d.txt', 'mine.txt'];
        const { tree, base } = options;
        expect(await project.outlook({ tree, base, target: checkout })).toEqual({ moved: null, uncommitted });
        expect(await project.land({ ...options, target: checkout })).toMatchObject({ outcome: 'landed', uncommitted });
        expect(await trial.git('status', '--porcelain')).toBe(before);
        expect(await trial.git('diff', '--name-only', 'HEAD^', 'HEAD')).toBe('a.txt\nb.txt\nnew/n.txt');
        expect(await readFile(join(trial.root, 'dir/c.txt'), 'utf8')).toBe('mine\n');
        expect(await readFile(join(trial.root, 'a.txt'), 'utf8')).toBe('landed\n');
      },
      { ...files, 'dir/d.txt': 'd\n' },
    ),
  );

  test(
    'a file that appears after the check refuses as well, and the next try lands',
    onTrial(async trial => {
      const { options } = await prepared(trial);
      const path = join(trial.root, 'new/n.txt');
      let appear = true;
      const trace = (words: readonly string[]) => {
        if (!appear || words[0] !== 'update-index') return;
        appear = false;
        mkdirSync(join(trial.root, 'new'));
        writeFileSync(path, 'mine\n');
      };
      const project = trial.project({ trace });
      const landing = await project.land({ ...options, target: checkout }).catch((error: unknown) => error);
      expect(landing).toMatchObject({ code: 'DIRTY_CHECKOUT' });
      expect(await readFile(path, 'utf8')).toBe('mine\n');
      await rm(path);
      expect(await trial.git('status', '--porcelain')).toBe('');
      expect(await project.land({ ...options, target: checkout })).toMatchObject({ outcome: 'landed' });
    }, files),
  );

  test(
    'an index that another git holds is a lock conflict, and nothing is changed',
    onTrial(async trial => {
      const { project, options } = await prepared(trial);
      const lock = join(trial.root, '.git/index.lock');
      await writeFile(lock, '');
      await expect(project.land({ ...options, target: checkout })).rejects.toMatchObject({
        code: 'LOCK_CONFLICT',
        hints: [`rm ${lock}  # when no git is running`],
      });
      await rm(lock);
      expect(await trial.git('status', '--porcelain')).toBe('');
      expect(await project.land({ ...options, target: checkout })).toMatchObject({ outcome: 'landed' });
    }, files),
  );

  test(
    '[R145] a detached HEAD is refused, with what to do',
    onTrial(async trial => {
      const { project, options } = await prepared(trial);
      await trial.git('switch', '--quiet', '--detach');
      expect(await project.head()).toMatchObject({ branch: null });
      await expect(project.land({ ...options, target: checkout })).rejects.toMatchObject({
        code: 'DETACHED_HEAD',
        hints: ['troupe plan apply --branch NAME', 'git branch'],
      });
    }, files),
  );

  test(
    'folders and files change places',
    onTrial(async trial => {
      const project = trial.project();
      const { commit: base, tree: from } = await project.head();
      const oid = await project.writeBlob(Buffer.from('x'));
      const tree = await project.writeTree(from, [
        { path: 'dir/c.txt', oid: null },
        { path: 'dir', oid },
        { path: 'a.txt', oid: null },
        { path: 'a.txt/inside', oid },
      ]);
      const options = { key: 'k', base, tree, message: 'Swap', target: checkout };
      await trial.write('dir/kept.log', 'ignored\n');
      await expect(project.land(options)).rejects.toMatchObject({ details: { files: ['dir/kept.log'] } });
      await rm(join(trial.root, 'dir/kept.log'));
      expect(await project.land(options)).toMatchObject({ outcome: 'landed' });
      expect(await trial.git('status', '--porcelain')).toBe('');
    }, files),
  );
});

describe('landing on a branch', () => {
  test(
    '[R145] makes the branch, or moves one that is at the base, and the checkout stays as it was',
    onTrial(async trial => {
      const { project, options } = await prepared(trial);
      await trial.write('a.txt', 'dirty\n');
      const before = await project.fingerprint();
      const target = { kind: 'branch', branch: 'troupe/one' } as const;
      const landing = await project.land({ ...options, target });
      expect(landing).toMatchObject({ outcome: 'landed', commits: [await trial.git('rev-parse', 'troupe/one')] });
      expect(await project.land({ ...options, target })).toEqual(landing);
      await trial.git('branch', 'waiting', options.base);
      const waiting = { kind: 'branch', branch: 'waiting' } as const;
      expect(await project.land({ ...options, key: 'k2', target: waiting })).toMatchObject({ outcome: 'landed' });
      expect(await trial.git('rev-parse', 'waiting^', 'waiting^{tree}')).toBe(`${options.base}\n${options.tree}`);
      expect(await project.land({ ...options, key: 'k3', target: waiting })).toMatchObject({
        outcome: 'moved',
        commit: await trial.git('rev-parse', 'waiting'),
      });
      expect(await project.fingerprint()).toEqual(before);
    }, files),
  );

  test(
    '[R145] that is checked out somewhere is refused, and so is a name that is none',
    onTrial(async trial => {
      const { project, options } = await prepared(trial);
      await trial.git('worktree', 'add', '--quiet', '-b', 'elsewhere', join(trial.home, 'elsewhere'));
      for (const [branch, where] of [
        ['main', trial.root],
        ['elsewhere', join(trial.home, 'elsewhere')],
      ] as const) {
        await expect(project.land({ ...options, target: { kind: 'branch', branch } })).rejects.toMatchObject({
          code: 'USAGE',
          where,
        });
      }
      for (const branch of ['no..good', '-x', '@{-1}', 'a b'])
        await expect(project.land({ ...options, target: { kind: 'branch', branch } })).rejects.toMatchObject({
          code: 'USAGE',
        });
      await trial.git('branch', 'folder/leaf');
      await expect(project.land({ ...options, target: { kind: 'branch', branch: 'folder' } })).rejects.toMatchObject({
        code: 'GIT_FAILED',
        details: { stderr: expect.stringContaining('folder') },
      });
    }, files),
  );

  test(
    'that someone makes at the last moment stays theirs',
    onTrial(async trial => {
      const { options } = await prepared(trial);
      const other = await trial.git('commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', 'Other');
      const trace = (words: readonly string[]) => {
        if (words[0] === 'update-ref' && words[1] === '-m') trial.gitNow('update-ref', 'refs/heads/out', other);
      };
      const target = { kind: 'branch', branch: 'out' } as const;
      expect(await trial.project({ trace }).land({ ...options, target })).toMatchObject({
        outcome: 'moved',
        commit: other,
      });
      expect(await trial.git('rev-parse', 'out')).toBe(other);
    }, files),
  );

  test(
    'reuses the commit of a landing that the checkout refused',
    onTrial(async trial => {
      const lines = join(trial.home, 'lines');
      await hook(trial, 'pre-commit', `echo ran >> ${lines}`);
      const { options } = await prepared(trial);
      const crashing = trial.project({
        trace: words => {
          if (words[0] === 'read-tree' && words.includes('-m')) throw new Error('crash');
        },
      });
      await expect(crashing.land({ ...options, target: checkout })).rejects.toThrow('crash');
      await trial.project().land({ ...options, target: { kind: 'branch', branch: 'troupe/x' } });
      expect(await readFile(lines, 'utf8')).toBe('ran\n');
    }, files),
  );
});
