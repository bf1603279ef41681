import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readFolder } from '../../../../src/testing/project-files.ts';
import { type GitFixture, gitEnvironment, withGitFixture } from './git-fixture.ts';

const run = promisify(execFile);
const at = (fixture: GitFixture, folder: string) => async (words: string[]) =>
  (await run('git', words, { cwd: folder, env: gitEnvironment(fixture.home) })).stdout.trimEnd();

describe('a sandbox', () => {
  test(
    'is a clean worktree on top of the project’s history, for any tree',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const head = await project.head();
      const same = await project.openSandbox({ key: 'same', tree: head.tree });
      expect(await at(fixture, same.path)(['rev-parse', 'HEAD'])).toBe(head.commit);
      const tree = await project.writeTree(head.tree, [{ path: 'b', oid: await project.writeBlob(Buffer.from('b')) }]);
      const other = await project.openSandbox({ key: 'other', tree });
      expect(await at(fixture, other.path)(['status', '--porcelain'])).toBe('');
      expect(await at(fixture, other.path)(['rev-parse', 'HEAD^'])).toBe(head.commit);
      expect(await fixture.git('branch', '--all')).toBe('* main');
      expect(await fixture.git('log', '--oneline')).toMatch(/^\w+ Begin$/);
    }),
  );

  test(
    'works in a repository whose HEAD has no commit yet',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      await fixture.git('switch', '--quiet', '--orphan', 'fresh');
      const { path } = await project.openSandbox({ key: 'p1', tree });
      expect(await readFile(join(path, 'a.txt'), 'utf8')).toBe('a\n');
    }),
  );

  test(
    'is repaired after an agent committed, branched, started a merge and added its own repository',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const head = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree: head.tree });
      const git = at(fixture, path);
      await writeFile(join(path, 'a.txt'), 'agent\n');
      await git(['commit', '--quiet', '--all', '-m', 'agent']);
      await git(['switch', '--quiet', '-c', 'agents-branch']);
      await git(['merge', '--quiet', '--no-ff', '--no-commit', 'main']).catch(() => null);
      await writeFile(join(fixture.root, '.git/worktrees', pathEnd(path), 'MERGE_HEAD'), `${head.commit}\n`);
      await rm(join(path, '.git'));
      await git(['init', '--quiet']);
      expect((await project.capture({ key: 'p1' })).tree).not.toBe(head.tree);
      await project.openSandbox({ key: 'p1', tree: head.tree });
      expect(await git(['status', '--porcelain=v2', '--branch'])).toBe(
        `# branch.oid ${head.commit}\n# branch.head (detached)`,
      );
      expect(existsSync(join(fixture.root, '.git/worktrees', pathEnd(path), 'MERGE_HEAD'))).toBe(false);
    }),
  );

  test(
    'is not confused with a locked worktree of the user that has a similar lock reason',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const theirs = join(fixture.home, 'theirs');
      for (const reason of ['troupe is at work here', 'troupe 100% sure']) {
        await fixture.git('worktree', 'add', '--quiet', '--detach', '--lock', '--reason', reason, theirs);
        expect(await project.sandboxes()).toEqual([]);
        expect((await project.inventory()).sandboxes).toEqual([]);
        await rm(join(fixture.root, '.git/worktrees/theirs/commondir'));
        expect((await project.inventory()).sandboxes).toEqual([]);
        await rm(theirs, { recursive: true });
        await rm(join(fixture.root, '.git/worktrees/theirs'), { recursive: true });
      }
    }),
  );

  test(
    'can be used despite lock files that a killed git left in its index',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree });
      const admin = join(fixture.root, '.git/worktrees', pathEnd(path));
      await writeFile(join(admin, 'index.lock'), '');
      await writeFile(join(admin, 'troupe-index.lock'), '');
      await writeFile(join(path, 'b'), 'b');
      expect((await project.capture({ key: 'p1' })).tree).not.toBe(tree);
      await writeFile(join(admin, 'troupe-index.lock'), '');
      await project.restore({ key: 'p1', tree });
      expect(await at(fixture, path)(['status', '--porcelain'])).toBe('');
    }),
  );

  test(
    '[R138] is opened sixteen times in parallel without a failure, and again while others are removed',
    withGitFixture(
      async fixture => {
        const project = fixture.project();
        const second = fixture.project();
        const { tree } = await project.head();
        const keys = (prefix: string) => Array.from({ length: 16 }, (_, at) => `${prefix}-${at}`);
        await Promise.all(keys('first').map(key => project.openSandbox({ key, tree })));
        await Promise.all([
          ...keys('first').map(key => project.removeSandbox({ key, pin: `end/${key}` })),
          ...keys('second').map((key, at) => (at % 2 === 0 ? project : second).openSandbox({ key, tree })),
          ...keys('first').map(() => fixture.git('worktree', 'list').catch(() => '')),
        ]);
        expect((await project.sandboxes()).map(({ key }) => key).sort()).toEqual(keys('second').sort());
        expect((await fixture.git('worktree', 'list')).split('\n')).toHaveLength(17);
        await Promise.all(keys('second').map(key => project.removeSandbox({ key, pin: `end/${key}` })));
        expect(await project.sandboxes()).toEqual([]);
      },
      Object.fromEntries(
        Array.from({ length: 100 }, (_, at) => [`dir-${at % 10}/file-${at}.txt`, `${at}\n`.repeat(400)]),
      ),
    ),
  );

  test(
    '[R138] is registered, and files of the checkout are moved, by one git at a time, across processes too',
    withGitFixture(async fixture => {
      // In such a repository git itself registers worktrees.
      await fixture.git('config', 'extensions.worktreeConfig', 'true');
      const overlaps = join(fixture.home, 'overlaps');
      const git = (await run('sh', ['-c', 'command -v git'], { env: gitEnvironment(fixture.home) })).stdout.trim();
      const program = [
        '#!/bin/sh',
        'case "$PWD $* " in',
        '  *" worktree add "*) kind=add ;;',
        `  ${fixture.root}" "*" read-tree -m "*) kind=move ;;`,
        `  *) exec ${git} "$@" ;;`,
        'esac',
        `mkdir ${fixture.home}/$kind 2>/dev/null || echo "$*" >> ${overlaps}`,
        `echo "$kind" >> ${fixture.home}/seen`,
        `${git} "$@"; code=$?`,
        'sleep 0.05',
        `rmdir ${fixture.home}/$kind 2>/dev/null`,
        'exit $code',
      ];
      await mkdir(join(fixture.home, 'bin'));
      await writeFile(join(fixture.home, 'bin/git'), program.join('\n'), { mode: 0o755 });
      const slow = { ...gitEnvironment(fixture.home), PATH: `${join(fixture.home, 'bin')}:${process.env.PATH}` };
      // Each has its own locks, like a separate process.
      const [one, two] = [fixture.project({ env: slow }), fixture.project({ env: slow })];
      const { tree, commit: base } = await one.head();
      const outcomes = await Promise.all([
        ...[one, two, one, two].map((project, at) => project.openSandbox({ key: `p${at}`, tree }).then(() => null)),
        ...[one, two].map(async (project, at) => {
          const oid = await project.writeBlob(Buffer.from(`${at}\n`));
          const wanted = await project.writeTree(tree, [{ path: 'a.txt', oid }]);
          const target = { kind: 'checkout' } as const;
          return project.apply({ key: `k${at}`, base, tree: wanted, message: 'Land', target });
        }),
      ]);
      expect(existsSync(overlaps) ? await readFile(overlaps, 'utf8') : '').toBe('');
      const seen = (await readFile(join(fixture.home, 'seen'), 'utf8')).split('\n');
      expect(seen.filter(kind => kind === 'add').length).toBeGreaterThan(4);
      expect(seen).toContain('move');
      expect(outcomes.flatMap(applied => applied?.outcome ?? []).sort()).toEqual(['applied', 'moved']);
      expect(await fixture.git('status', '--porcelain')).toBe('');
    }),
  );

  test(
    '[R130] is captured and restored through a private index and private refs, without ignored files',
    withGitFixture(
      async fixture => {
        const project = fixture.project();
        const { tree: start } = await project.head();
        await fixture.write('a.txt', 'staged by the user\n');
        await fixture.git('add', 'a.txt');
        const theirs = async () => [
          await readFile(join(fixture.root, '.git/index')),
          await readFile(join(fixture.root, '.git/HEAD'), 'utf8'),
          await fixture.git(
            'for-each-ref',
            '--format=%(refname) %(objectname)',
            'refs/heads',
            'refs/tags',
            'refs/stash',
          ),
        ];
        const before = await theirs();
        const { path } = await project.openSandbox({ key: 'p1', tree: start });
        await writeFile(join(path, 'new.txt'), 'new\n');
        await writeFile(join(path, 'built.log'), 'ignored\n');
        const { tree, ref } = await project.capture({ key: 'p1', pin: 'p1/one' });
        expect(await project.files(tree)).toEqual(['.gitignore', 'a.txt', 'new.txt']);
        await project.restore({ key: 'p1', tree: start });
        expect((await readdir(path)).sort()).toEqual(['.git', '.gitignore', 'a.txt', 'built.log']);
        expect(ref).toBe('refs/troupe/p1/one');
        expect(await theirs()).toEqual(before);
      },
      { 'a.txt': 'a\n', '.gitignore': '*.log\n' },
    ),
  );

  test(
    '[R133] is not removed by the user’s own worktree prune, and its removal leaves no files',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree });
      await rename(path, `${path}-away`);
      await fixture.git('worktree', 'prune', '--expire=now');
      await rename(`${path}-away`, path);
      expect(await project.sandbox('p1')).toEqual({ key: 'p1', path });
      await project.removeSandbox({ key: 'p1', pin: 'end' });
      expect(await readdir(join(fixture.root, '.git/worktrees'))).toEqual([]);
      await project.close();
      expect(await readdir(join(path, '..'))).toEqual([]);
      expect(await fixture.git('worktree', 'list')).not.toContain('\n');
    }),
  );

  test(
    'that a crash left partly registered is created again',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree });
      await rm(join(fixture.root, '.git/worktrees', pathEnd(path), 'commondir'));
      await rm(join(path, 'a.txt'));
      await expect(project.sandbox('p1')).rejects.toMatchObject({ code: 'SANDBOX_LOST' });
      await project.openSandbox({ key: 'p1', tree });
      expect(Object.keys(await readFolder(path))).toEqual(['a.txt']);
      await rm(path, { recursive: true });
      await project.removeSandbox({ key: 'p1', pin: 'never' });
      expect(await readdir(join(fixture.root, '.git/worktrees'))).toEqual([]);
    }),
  );

  test(
    '[R124] without its registration is captured before it is created again',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree });
      await writeFile(join(path, 'work.txt'), 'hours of it\n');
      await rm(join(fixture.root, '.git/worktrees'), { recursive: true });
      await project.openSandbox({ key: 'p1', tree });
      expect(existsSync(join(path, 'work.txt'))).toBe(false);
      const ref = await fixture.git('for-each-ref', '--format=%(refname)', 'refs/troupe/lost');
      expect(await fixture.git('show', `${ref}:work.txt`)).toBe('hours of it');
    }),
  );

  test(
    'with nested repositories is captured as files and restored without them',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const { tree: start } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree: start });
      const inner = join(path, 'new/app');
      await mkdir(join(inner, 'deeper'), { recursive: true });
      const git = at(fixture, inner);
      await git(['init', '--quiet']);
      await git(['init', '--quiet', 'deeper']);
      await git(['init', '--quiet', join(path, 'hollow')]);
      await writeFile(join(inner, 'deeper/x.txt'), 'x');
      await writeFile(join(inner, 'main.ts'), 'export {}\n');
      await writeFile(join(inner, '.gitignore'), 'node_modules\n');
      await mkdir(join(inner, 'node_modules'));
      await writeFile(join(inner, 'node_modules/y'), 'y');
      await writeFile(join(path, 'b.txt'), 'b\n');
      const empty = await project.capture({ key: 'p1' });
      const wanted = ['a.txt', 'b.txt', 'new/app/.gitignore', 'new/app/deeper/x.txt', 'new/app/main.ts'];
      expect(await project.files(empty.tree)).toEqual(wanted);

      await writeFile(join(inner, 'main.ts'), 'export const two = 2\n');
      const { tree } = await project.capture({ key: 'p1' });
      expect((await project.read(tree, 'new/app/main.ts'))?.toString()).toContain('two');

      const other = join(path, 'clone');
      await at(fixture, path)(['clone', '--quiet', fixture.root, other]);
      const cloned = await project.capture({ key: 'p1' });
      expect(await project.files(cloned.tree)).toEqual([...wanted.slice(0, 2), 'clone/a.txt', ...wanted.slice(2)]);

      await rm(join(inner, 'node_modules'), { recursive: true });
      await project.restore({ key: 'p1', tree: start });
      expect(Object.keys(await readFolder(path))).toEqual(['a.txt']);
    }),
  );

  test(
    'keeps the link of a submodule unchanged',
    withGitFixture(async fixture => {
      const { commit } = await fixture.project().head();
      await fixture.git('update-index', '--add', '--cacheinfo', `160000,${commit},libs/sub`);
      await fixture.git('commit', '--quiet', '-m', 'Link');
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree });
      const inner = join(path, 'made');
      await mkdir(inner);
      await at(fixture, inner)(['clone', '--quiet', fixture.root, '.']);
      const captured = await project.capture({ key: 'p1' });
      expect(await project.files(captured.tree)).toEqual(['a.txt', 'libs/sub', 'made/a.txt']);
      expect(await project.read(captured.tree, 'libs/sub')).toBeNull();
    }),
  );

  test(
    'has the files that git would commit when attributes convert line endings, and is restored the same twice',
    withGitFixture(
      async fixture => {
        const project = fixture.project();
        const { tree: start } = await project.head();
        const { path } = await project.openSandbox({ key: 'p1', tree: start });
        expect(await readFile(join(path, 'win.bat'), 'utf8')).toBe('echo\r\n');
        await writeFile(join(path, 'unix.txt'), 'a\r\nb\r\n');
        await writeFile(join(path, 'raw.bin'), 'a\r\nb\r\n');
        const { tree } = await project.capture({ key: 'p1' });
        expect((await project.read(tree, 'unix.txt'))?.toString()).toBe('a\nb\n');
        expect((await project.read(tree, 'raw.bin'))?.toString()).toBe('a\r\nb\r\n');
        await project.restore({ key: 'p1', tree: start });
        await project.restore({ key: 'p1', tree });
        expect(await readFile(join(path, 'win.bat'), 'utf8')).toBe('echo\r\n');
        expect(await readFile(join(path, 'raw.bin'), 'utf8')).toBe('a\r\nb\r\n');
        expect((await project.capture({ key: 'p1' })).tree).toBe(tree);
      },
      { '.gitattributes': '* text=auto\n*.bat eol=crlf\n*.bin -text\n', 'win.bat': 'echo\n', 'raw.bin': 'x\n' },
    ),
  );

  test(
    'has every file even if the user’s checkout is sparse',
    withGitFixture(
      async fixture => {
        // Leaves files that the index does not know to be unchanged.
        await fixture.git('update-index', '--refresh');
        await fixture.git('sparse-checkout', 'set', '--cone', 'one');
        const project = fixture.project();
        const { tree } = await project.head();
        const { path } = await project.openSandbox({ key: 'p1', tree });
        expect(Object.keys(await readFolder(path))).toEqual(['one/', 'one/a.txt', 'two/', 'two/b.txt']);
        expect((await project.capture({ key: 'p1' })).tree).toBe(tree);
        expect(existsSync(join(fixture.root, 'two'))).toBe(false);
      },
      { 'one/a.txt': 'a', 'two/b.txt': 'b' },
    ),
  );

  test(
    'is captured without hooks, signatures or user-visible refs',
    withGitFixture(async fixture => {
      await fixture.write('.git/hooks/reference-transaction', '#!/bin/sh\necho ran >> "$HOME/ran"\n');
      await fixture.write('.git/hooks/post-checkout', '#!/bin/sh\necho ran >> "$HOME/ran"\n');
      await run('chmod', ['-R', '+x', join(fixture.root, '.git/hooks')]);
      await fixture.git('config', 'commit.gpgSign', 'true');
      await fixture.git('config', 'gpg.program', '/no/such/program');
      await rm(join(fixture.home, 'ran'), { force: true });
      const project = fixture.project();
      const { tree } = await project.head();
      await project.openSandbox({ key: 'p1', tree });
      const first = await project.capture({ key: 'p1', pin: 'p1/one' });
      const second = await project.capture({ key: 'p1', pin: 'p1/two' });
      await project.removeSandbox({ key: 'p1', pin: 'p1/end' });
      expect([first.ref, second.ref]).toEqual(['refs/troupe/p1/one', 'refs/troupe/p1/two']);
      expect(existsSync(join(fixture.home, 'ran'))).toBe(false);
      expect(await fixture.git('cat-file', '-t', 'refs/troupe/p1/one')).toBe('tree');
      expect(await fixture.git('tag')).toBe('');
    }),
  );
});

const pathEnd = (path: string) => path.slice(path.lastIndexOf('/') + 1);
