/** Crashes in the middle of an apply must not apply it twice or partly, or overwrite changes of the user. */
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type ApplyTreeOptions, applyRef } from '../../../../src/adapters/project/git/apply.ts';
import { directoryProject } from '../../../../src/git.ts';
import { readFolder } from '../../../../src/testing/project-files.ts';
import { createGitFixture, type GitFixture, gitEnvironment, withGitFixture } from './git-fixture.ts';

const run = promisify(execFile);
const files = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'd.txt': 'd\n', '.gitignore': '*.log\n' };
const long = 'applied, and long enough to be cut\n'.repeat(50);
const target = { kind: 'checkout' } as const;

async function prepared(fixture: GitFixture) {
  const project = fixture.project();
  const { commit: base, tree: from } = await project.head();
  const oid = await project.writeBlob(Buffer.from(long));
  const edits = [
    { path: 'a.txt', oid },
    { path: 'new/n.txt', oid },
    { path: 'b.txt', oid: null },
  ];
  return { key: 'plan-1', base, tree: await project.writeTree(from, edits), message: 'Land' };
}

/** Changes of the user in other files: modified, staged, deleted, added. */
async function startedBeside(fixture: GitFixture): Promise<string> {
  await fixture.write('c.txt', 'mine\n');
  await fixture.write('.gitignore', '*.log\n# mine\n');
  await fixture.git('add', '.gitignore');
  await rm(join(fixture.root, 'd.txt'));
  await fixture.write('mine.txt', 'mine\n');
  return fixture.git('status', '--porcelain');
}

/** Crashes before the n-th command of an apply and applies again; false when there were fewer commands. */
async function crashAndApply(fixture: GitFixture, crashAt: number, options: ApplyTreeOptions): Promise<boolean> {
  const beside = await startedBeside(fixture);
  let commands = 0;
  const trace = () => {
    commands += 1;
    if (commands >= crashAt) throw new Error('crash');
  };
  const crashed = await fixture
    .project({ trace })
    .apply(options)
    .then(
      () => false,
      () => true,
    );
  expect(await fixture.project().apply(options)).toMatchObject({
    outcome: 'applied',
    files: ['a.txt', 'b.txt', 'new/n.txt'],
  });
  const branch = options.target.kind === 'branch' ? options.target.branch : 'main';
  expect(await fixture.git('rev-parse', `${branch}^`, `${branch}^{tree}`)).toBe(`${options.base}\n${options.tree}`);
  expect(await fixture.git('status', '--porcelain')).toBe(beside);
  expect(await readFile(join(fixture.root, 'c.txt'), 'utf8')).toBe('mine\n');
  expect(await fixture.git('for-each-ref', '--format=%(refname:lstrip=4)', 'refs/troupe/apply')).toBe('done');
  return crashed;
}

/** Stops an apply when everything is prepared and nothing is written. */
async function interrupted(fixture: GitFixture) {
  const options = { ...(await prepared(fixture)), target };
  const trace = (words: readonly string[]) => {
    if (words[0] === 'read-tree' && words[1] === '-m') throw new Error('crash');
  };
  await expect(fixture.project({ trace }).apply(options)).rejects.toThrow('crash');
  return options;
}

describe('an apply that crashes', () => {
  for (const kind of ['checkout', 'branch'] as const) {
    test(
      `before any of its git commands is applied once when repeated (${kind})`,
      withGitFixture(async fixture => {
        const options = await prepared(fixture);
        // Until the commit is made both are the same.
        for (let crashAt = kind === 'branch' ? 12 : 1; ; crashAt += 1) {
          const key = `plan-${crashAt}`;
          const crashed = await crashAndApply(fixture, crashAt, {
            ...options,
            key,
            target: kind === 'branch' ? { kind, branch: key } : target,
          });
          await fixture.git('reset', '--quiet', '--hard', options.base);
          await fixture.git('clean', '--quiet', '--force');
          await fixture.git('update-ref', '-d', `${applyRef(key)}/done`);
          await fixture.git('update-ref', '-d', `${applyRef(key)}/made`);
          if (!crashed) return expect(crashAt).toBeGreaterThan(12);
        }
      }, files),
    );
  }

  for (const before of ['commit', 'read-tree -m', 'update-ref -m'])
    test(
      `by SIGKILL before git ${before} is applied once when repeated, despite lock files`,
      withGitFixture(async fixture => {
        const options = { ...(await prepared(fixture)), target };
        const beside = await startedBeside(fixture);
        const plan = { root: fixture.root, sandboxes: join(fixture.home, 'w'), before, applyOptions: options };
        const script = new URL('apply-and-crash.ts', import.meta.url).pathname;
        const words = ['--import', 'tsx', script, JSON.stringify(plan)];
        const dying = run(process.execPath, words, { env: gitEnvironment(fixture.home) });
        await expect(dying).rejects.toMatchObject({ signal: 'SIGKILL' });
        expect(await fixture.project().apply(options)).toMatchObject({ outcome: 'applied' });
        expect(await fixture.git('rev-list', '--count', `${options.base}..main`)).toBe('1');
        expect(await fixture.git('status', '--porcelain')).toBe(beside);
        expect(await fixture.git('worktree', 'list')).not.toContain('\n');
      }, files),
    );

  test(
    'with partly written files is completed',
    withGitFixture(async fixture => {
      const options = await interrupted(fixture);
      await writeFile(join(fixture.root, 'a.txt'), long.slice(0, 100));
      await rm(join(fixture.root, 'b.txt'));
      await fixture.write('new/n.txt', '');
      const beside = (await startedBeside(fixture)).split('\n').filter(line => !/ (a|b|new)\b/.test(line));
      expect(await fixture.project().apply(options)).toMatchObject({ outcome: 'applied' });
      expect(await readFile(join(fixture.root, 'a.txt'), 'utf8')).toBe(long);
      expect(await readFile(join(fixture.root, 'new/n.txt'), 'utf8')).toBe(long);
      expect(await readFile(join(fixture.root, 'c.txt'), 'utf8')).toBe('mine\n');
      expect((await fixture.git('status', '--porcelain')).split('\n')).toEqual(beside);
    }, files),
  );

  test(
    'with its index written and files lost, as after a power failure, is completed',
    withGitFixture(async fixture => {
      const options = await interrupted(fixture);
      await fixture.git('read-tree', '-m', '-u', options.base, options.tree);
      await writeFile(join(fixture.root, 'a.txt'), '');
      await rm(join(fixture.root, 'new'), { recursive: true });
      await fixture.write('b.txt', 'b\n');
      await fixture.write('c.txt', 'mine\n');
      expect(await fixture.project().apply(options)).toMatchObject({ outcome: 'applied', uncommitted: ['c.txt'] });
      expect(await readFile(join(fixture.root, 'a.txt'), 'utf8')).toBe(long);
      expect(await fixture.git('status', '--porcelain')).toBe(' M c.txt');
    }, files),
  );

  for (const half of ['before', 'half', 'after'] as const)
    test(
      `while files and folders replace each other is completed (${half})`,
      withGitFixture(
        async fixture => {
          const project = fixture.project();
          const { commit: base, tree: from } = await project.head();
          const oid = await project.writeBlob(Buffer.from(long));
          const tree = await project.writeTree(from, [
            { path: 'dir/c.txt', oid: null },
            { path: 'dir', oid },
            { path: 'a.txt', oid: null },
            { path: 'a.txt/inside', oid },
          ]);
          const options = { key: 'k', base, tree, message: 'Swap', target };
          const trace = (words: readonly string[]) => {
            if (words[0] === 'read-tree' && words[1] === '-m') throw new Error('crash');
          };
          await expect(fixture.project({ trace }).apply(options)).rejects.toThrow('crash');
          if (half === 'half') {
            await rm(join(fixture.root, 'a.txt'));
            await fixture.write('a.txt/inside', long.slice(0, 9));
          }
          if (half === 'after') {
            await fixture.git('read-tree', '-m', '-u', base, tree);
            await rm(join(fixture.root, 'dir'));
          }
          expect(await fixture.project().apply(options)).toMatchObject({ outcome: 'applied' });
          expect(await fixture.git('status', '--porcelain')).toBe('');
          expect(await readFile(join(fixture.root, 'a.txt/inside'), 'utf8')).toBe(long);
        },
        { 'a.txt': 'a\n', 'dir/c.txt': 'c\n' },
      ),
    );

  test(
    'with files that the user changed since then is rejected with their names, and no change is lost',
    withGitFixture(async fixture => {
      const options = await interrupted(fixture);
      await fixture.write('a.txt', 'mine\n');
      await fixture.write('b.txt', 'mine too\n');
      await fixture.write('c.txt', 'mine as well\n');
      await fixture.write('new/n.txt', `${long}and more`);
      const before = await readFolder(fixture.root);
      await expect(fixture.project().apply(options)).rejects.toMatchObject({
        code: 'DIRTY_CHECKOUT',
        details: { files: ['a.txt', 'b.txt', 'new/n.txt'] },
      });
      await fixture.git('add', 'a.txt');
      await expect(fixture.project().apply(options)).rejects.toMatchObject({ code: 'DIRTY_CHECKOUT' });
      expect(await readFolder(fixture.root)).toEqual(before);
    }, files),
  );

  test(
    'after its branch moved only records that it is done',
    withGitFixture(async fixture => {
      const options = { ...(await prepared(fixture)), target };
      const applied = await fixture.project().apply(options);
      const done = await fixture.git('for-each-ref', '--format=%(refname)', 'refs/troupe/apply/*/done');
      await fixture.git('update-ref', done.replace(/done$/, 'made'), done);
      await fixture.git('update-ref', '-d', done);
      await fixture.git('commit', '--quiet', '--allow-empty', '-m', 'On top');
      expect(await fixture.project().apply(options)).toEqual(applied);
      expect(await fixture.git('rev-parse', done)).toBe(applied.outcome === 'applied' ? applied.commits[0] : '');
    }, files),
  );

  test(
    'with a commit of another result under its key makes the correct commit',
    withGitFixture(async fixture => {
      const options = await interrupted(fixture);
      const oid = await fixture.project().writeBlob(Buffer.from('other\n'));
      const tree = await fixture.project().writeTree(options.tree, [{ path: 'c.txt', oid }]);
      const branch = { kind: 'branch', branch: 'out' } as const;
      expect(await fixture.project().apply({ ...options, tree, target: branch })).toMatchObject({ outcome: 'applied' });
      expect(await fixture.git('rev-parse', 'out^{tree}')).toBe(tree);
    }, files),
  );

  test('in a directory without git is completed too', async () => {
    for (let crashAt = 1; ; crashAt += 1) {
      const fixture = await createGitFixture({});
      await rm(join(fixture.root, '.git'), { recursive: true });
      for (const [path, text] of Object.entries(files)) await fixture.write(path, text);
      const open = (trace?: () => void) =>
        directoryProject(fixture.root, {
          env: gitEnvironment(fixture.home),
          sandboxes: join(fixture.home, 'w'),
          ...(trace ? { trace } : {}),
        });
      const project = open();
      const { commit: base, tree: from } = await project.head();
      const oid = await project.writeBlob(Buffer.from(long));
      const edits = [
        { path: 'a.txt', oid },
        { path: 'b.txt', oid: null },
      ];
      const tree = await project.writeTree(from, edits);
      const options = { key: 'k', base, tree, message: 'Land', target };
      let commands = 0;
      const crashed = await open(() => {
        commands += 1;
        if (commands >= crashAt) throw new Error('crash');
      })
        .apply(options)
        .then(
          () => false,
          () => true,
        );
      // The state of the project is read before the apply continues.
      await project.head();
      expect(await project.apply(options)).toMatchObject({
        outcome: 'applied',
        commits: [],
        files: ['a.txt', 'b.txt'],
      });
      expect((await project.head()).tree).toBe(tree);
      await project.close();
      await fixture.dispose();
      if (!crashed) return expect(crashAt).toBeGreaterThan(8);
    }
  });
});
