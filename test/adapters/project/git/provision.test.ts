import { existsSync, statSync } from 'node:fs';
import { chmod, lstat, readdir, readFile, readlink, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { directoryProject } from '../../../../src/git.ts';
import { write } from '../../../../src/testing/project-files.ts';
import { createGitFixture, type GitFixture, gitEnvironment, withGitFixture } from './git-fixture.ts';

const files = {
  'a.txt': 'a\n',
  'config/tracked.local': 'tracked\n',
  '.gitignore': '*.local\n.env*\nnode_modules/\nkeys/\n',
};
const inFiles = (body: (fixture: GitFixture) => Promise<void>) =>
  withGitFixture(async fixture => {
    await fixture.git('add', '--force', 'config/tracked.local');
    await fixture.git('commit', '--quiet', '--amend', '-m', 'Begin');
    await fixture.write('.env', 'SECRET=1\n');
    await fixture.write('config/mine.local', 'mine\n');
    await fixture.write('keys/one.pem', 'key\n');
    await fixture.write('notes.txt', 'untracked, and not ignored\n');
    await fixture.write('node_modules/left-pad/index.js', 'module.exports = 1;\n');
    await body(fixture);
  }, files);

const text = (...path: string[]) => readFile(join(...path), 'utf8');

describe('the set-up of a sandbox', () => {
  test(
    'copies the named ignored files, and no file that would become part of the result [R131]',
    inFiles(async fixture => {
      await fixture.write('.worktreeinclude', '# secrets\n.env\nnotes.txt\n');
      await chmod(join(fixture.root, 'keys/one.pem'), 0o700);
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree });
      await project.provision({ key: 'p1', include: ['*.local', 'keys/'], link: [] });
      expect(await text(path, '.env')).toBe('SECRET=1\n');
      expect(await text(path, 'config/mine.local')).toBe('mine\n');
      expect(await text(path, 'config/tracked.local')).toBe('tracked\n');
      expect((await stat(join(path, 'keys/one.pem'))).mode & 0o777).toBe(0o700);
      expect(existsSync(join(path, 'notes.txt'))).toBe(false);
      expect((await project.capture({ key: 'p1' })).tree).toBe(tree);
    }),
  );

  test(
    'never leaves a partial copy: an interrupted one is made again',
    inFiles(async fixture => {
      const bytes = 64 * 1024 ** 2;
      await truncate(join(fixture.root, '.env'), bytes);
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree });
      const equipped = project.provision({ key: 'p1', include: ['.env'], link: [] });
      let seen: number | undefined;
      while (seen === undefined) {
        seen = statSync(join(path, '.env'), { throwIfNoEntry: false })?.size;
        await new Promise(resolve => setImmediate(resolve));
      }
      expect(seen).toBe(bytes);
      await equipped;
    }),
  );

  test(
    'never overwrites existing files, and a rollback removes neither copied files nor links [R131]',
    inFiles(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree });
      await write(path, '.env', 'SECRET=own\n');
      const options = { key: 'p1', include: ['.env'], link: ['node_modules/', 'nowhere', 'a.txt'] };
      expect(await project.provision(options)).toMatchObject({ path, ready: false });
      expect(await text(path, '.env')).toBe('SECRET=own\n');
      expect((await lstat(join(path, 'a.txt'))).isFile()).toBe(true);
      expect(await readlink(join(path, 'node_modules'))).toBe(join(fixture.root, 'node_modules'));
      expect((await project.capture({ key: 'p1' })).tree).toBe(tree);
      await project.restore({ key: 'p1', tree });
      expect(await text(path, 'node_modules/left-pad/index.js')).toBe('module.exports = 1;\n');
    }),
  );

  test(
    'lasts until the sandbox is removed, and leaves nothing in a reused folder',
    inFiles(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const options = { key: 'p1', include: ['.env'], link: ['node_modules'] };
      const { path } = await project.openSandbox({ key: 'p1', tree });
      await project.provision(options);
      await project.markProvisioned('p1');
      await rm(join(path, '.env'));
      expect(await project.provision(options)).toMatchObject({ ready: true });
      expect(existsSync(join(path, '.env'))).toBe(false);
      await project.removeSandbox({ key: 'p1', pin: 'kept/p1' });
      const next = await project.openSandbox({ key: 'p2', tree });
      expect((await readdir(next.path)).sort()).toEqual(['.git', '.gitignore', 'a.txt', 'config']);
      expect(await text(fixture.root, 'node_modules/left-pad/index.js')).toBe('module.exports = 1;\n');
      expect(await project.provision({ ...options, key: 'p2' })).toMatchObject({ ready: false });
    }),
  );

  test(
    'assigns free ports that no other sandbox has, the same for each call [R131]',
    inFiles(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const bare = { include: [], link: [] };
      const ports = async (key: string) => {
        await project.openSandbox({ key, tree, kind: 'tree' });
        return (await project.provision({ key, ...bare })).ports;
      };
      const one = await ports('p1');
      expect(one.end - one.start).toBe(9);
      expect(await ports('p1')).toEqual(one);
      const server = createServer();
      await new Promise<void>(resolve => server.listen(one.start + 15, '127.0.0.1', resolve));
      const two = await ports('p2');
      expect(two.start).toBeGreaterThan(one.start + 10);
      await new Promise(resolve => server.close(resolve));
      await project.removeSandbox({ key: 'p1', pin: 'x' });
      expect([one.start, one.start + 10]).toContain((await ports('p3')).start);
    }),
  );

  test('works in a directory without git', async () => {
    const fixture = await createGitFixture({});
    const root = join(fixture.home, 'plain');
    await write(root, 'a.txt', 'a\n');
    await write(root, '.gitignore', '.env\nnode_modules\n');
    await write(root, '.env', 'SECRET=1\n');
    await write(root, 'node_modules/x', 'x');
    const project = directoryProject(root, { env: gitEnvironment(fixture.home), sandboxes: join(fixture.home, 'w') });
    try {
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree });
      await project.provision({ key: 'p1', include: ['.env'], link: ['node_modules'] });
      expect([await text(path, '.env'), await text(path, 'node_modules/x')]).toEqual(['SECRET=1\n', 'x']);
      expect((await project.capture({ key: 'p1' })).tree).toBe(tree);
    } finally {
      await project.close();
      await fixture.dispose();
    }
  });
});

describe('a checkout', () => {
  const sparse = {
    'top.txt': 't\n',
    'src/a.ts': 'a\n',
    'src/deep/b.ts': 'b\n',
    'docs/c.md': 'c\n',
    'big/d.bin': 'd\n',
  };

  test(
    'omits folders from the sandbox, but not from the result [R151]',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const layout = { sparse: ['src/deep', './docs/'] };
      const { path } = await project.openSandbox({ key: 'p1', tree, kind: 'tree', checkout: layout });
      expect((await readdir(path, { recursive: true })).sort()).toEqual(
        ['.git', 'docs', 'docs/c.md', 'src', 'src/deep', 'src/deep/b.ts', 'top.txt'].sort(),
      );
      expect(await fixture.git('-C', path, 'status', '--porcelain')).toBe('');
      expect((await project.capture({ key: 'p1' })).tree).toBe(tree);
      await write(path, 'big/new.bin', 'outside\n');
      await rm(join(path, 'docs/c.md'));
      const { tree: made } = await project.capture({ key: 'p1' });
      expect(await project.files(made)).toEqual(['big/d.bin', 'big/new.bin', 'src/a.ts', 'src/deep/b.ts', 'top.txt']);
      await project.restore({ key: 'p1', tree });
      expect(existsSync(join(path, 'big'))).toBe(false);
      await project.removeSandbox({ key: 'p1', pin: 'kept/p1' });
      const whole = await project.openSandbox({ key: 'p2', tree });
      expect((await readdir(whole.path)).sort()).toEqual(['.git', 'big', 'docs', 'src', 'top.txt']);
    }, sparse),
  );

  test(
    'is as sparse as the user’s own checkout if configured [R151]',
    withGitFixture(async fixture => {
      await fixture.git('sparse-checkout', 'set', 'docs');
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree, kind: 'tree', checkout: { sparse: 'inherit' } });
      expect((await readdir(path)).sort()).toEqual(['.git', 'docs', 'top.txt']);
      expect((await project.capture({ key: 'p1' })).tree).toBe(tree);
      await fixture.git('sparse-checkout', 'disable');
      const { path: other } = await project.openSandbox({ key: 'p2', tree, checkout: { sparse: 'inherit' } });
      expect((await readdir(other)).sort()).toEqual(['.git', 'big', 'docs', 'src', 'top.txt']);
    }, sparse),
  );

  test(
    'has the files of submodules if configured, and keeps the link in the tree [R151]',
    withGitFixture(async fixture => {
      const lib = await createGitFixture({ 'lib.c': 'int one;\n' });
      try {
        await fixture.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', lib.root, 'vendor/lib');
        await fixture.git('commit', '--quiet', '-m', 'Add lib');
        const project = fixture.project();
        const { tree } = await project.head();
        const { path: without } = await project.openSandbox({ key: 'p1', tree });
        expect(await readdir(join(without, 'vendor/lib'))).toEqual([]);
        const { path } = await project.openSandbox({ key: 'p2', tree, checkout: { submodules: true } });
        expect(await text(path, 'vendor/lib/lib.c')).toBe('int one;\n');
        await write(path, 'a.txt', 'changed\n');
        const { tree: made } = await project.capture({ key: 'p2' });
        expect((await project.changes({ alias: 'm', from: tree, to: made })).files.map(file => file.path)).toEqual([
          'a.txt',
        ]);
        await project.restore({ key: 'p2', tree });
        expect(await text(path, 'vendor/lib/lib.c')).toBe('int one;\n');
        await lib.write('lib.c', 'int two;\n');
        await lib.git('commit', '--quiet', '--all', '-m', 'Two');
        const ahead = await project.writeTree(tree, [
          { path: 'vendor/lib', oid: await lib.git('rev-parse', 'HEAD'), mode: '160000' },
        ]);
        const { path: unknown } = await project.openSandbox({ key: 'p4', tree: ahead, checkout: { submodules: true } });
        expect(await readdir(join(unknown, 'vendor/lib'))).toEqual([]);
        await rm(join(fixture.root, 'vendor/lib'), { recursive: true });
        const { path: missing } = await project.openSandbox({ key: 'p3', tree, checkout: { submodules: true } });
        expect(await readdir(join(missing, 'vendor/lib'))).toEqual([]);
      } finally {
        await lib.dispose();
      }
    }),
  );

  test(
    'keeps pointers of large files unless configured otherwise [R151]',
    withGitFixture(
      async fixture => {
        // What git-lfs does, controlled by its environment variable.
        const smudge = join(fixture.home, 'smudge');
        await writeFile(
          smudge,
          '#!/bin/sh\nif [ "$GIT_LFS_SKIP_SMUDGE" = 1 ]; then cat; else cat >/dev/null; echo large; fi\n',
          {
            mode: 0o755,
          },
        );
        await fixture.git('config', 'filter.lfs.smudge', smudge);
        await fixture.git('config', 'filter.lfs.clean', "sh -c 'cat >/dev/null; echo pointer'");
        const project = fixture.project();
        const { tree } = await project.head();
        const { path } = await project.openSandbox({ key: 'p1', tree });
        expect(await text(path, 'x.bin')).toBe('pointer\n');
        const pulled = await project.openSandbox({ key: 'p2', tree, checkout: { lfs: true } });
        expect(await text(pulled.path, 'x.bin')).toBe('large\n');
        expect((await project.capture({ key: 'p2' })).tree).toBe(tree);
      },
      { 'x.bin': 'pointer\n', '.gitattributes': '*.bin filter=lfs -text\n' },
    ),
  );

  test(
    'may be a copy without a repository [R154]',
    withGitFixture(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree, kind: 'tree', checkout: { copy: true } });
      await project.materialize('p1');
      expect(await readdir(path)).toEqual(['a.txt']);
      await expect(fixture.git('-C', path, 'rev-parse', '--git-dir')).rejects.toThrow('not a git repository');
      await write(path, 'b.txt', 'b\n');
      const { tree: made } = await project.capture({ key: 'p1' });
      expect(await project.files(made)).toEqual(['a.txt', 'b.txt']);
      await project.restore({ key: 'p1', tree });
      expect(await readdir(path)).toEqual(['a.txt']);
    }),
  );
});
