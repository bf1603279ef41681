import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFolderPool } from '../../../../src/adapters/project/git/folder-pool.ts';
import type { Project } from '../../../../src/ports/project.ts';
import { modify, readFolder, write, writeAllKinds } from '../../../../src/testing/project-files.ts';
import { type GitFixture, withGitFixture } from './git-fixture.ts';

const files = {
  'a.txt': 'one\n',
  'dir/b.txt': 'b\n',
  'dir/deep/c.txt': 'c\n',
  'gone.txt': 'x\n',
  'same.txt': 'same\n',
  '.gitignore': 'ignored/\n*.log\n',
};

const pooled = async (path: string) => (await readdir(dirname(path))).filter(name => name.startsWith('.pool-'));

/** Files of a plan that wrote without restrictions, most of them invisible to git. */
async function live(path: string): Promise<void> {
  await writeAllKinds(path);
  await modify(path);
  await write(path, 'ignored/secret.bin', 'secret of the first');
  await write(path, 'dir/trace.log', 'secret of the first');
  await write(path, 'ignored/inner/.git/HEAD', 'ref: refs/heads/main\n');
  await write(path, 'inner/.git/HEAD', 'ref: refs/heads/main\n');
  await symlink('/etc', join(path, 'out.log'));
  await chmod(join(path, 'gone.txt'), 0o755).catch(() => null);
  await rm(join(path, '.git'), { recursive: true });
  await mkdir(join(path, '.git/hooks'), { recursive: true });
  await writeFile(join(path, '.git/hooks/post-checkout'), '#!/bin/sh\ntouch hooked\n', { mode: 0o755 });
}

async function used(project: Project, tree: string, key = 'first'): Promise<{ path: string; inode: number }> {
  const { path } = await project.openSandbox({ key, tree });
  const { ino } = await stat(join(path, 'same.txt'));
  await live(path);
  await project.removeSandbox({ key, pin: `kept/${key}` });
  return { path, inode: ino };
}

const inFiles = (body: (fixture: GitFixture) => Promise<void>) => withGitFixture(body, files);

/** A folder on another file system than the temporary folders; null if there is none. */
const elsewhere = ['/dev/shm', '/var/tmp', process.cwd()].find(
  folder => existsSync(folder) && statSync(folder).dev !== statSync(tmpdir()).dev,
);

describe('a reused folder', () => {
  test.skipIf(elsewhere === undefined)(
    'may be on another file system than the repository',
    inFiles(async fixture => {
      const sandboxes = await mkdtemp(join(elsewhere ?? '', 'troupe-elsewhere-'));
      try {
        const project = fixture.project({ sandboxes });
        const { tree } = await project.head();
        const first = await used(project, tree);
        expect(await pooled(first.path)).toHaveLength(1);
        const { path } = await project.openSandbox({ key: 'second', tree });
        expect((await stat(join(path, 'same.txt'))).ino).toBe(first.inode);
        expect((await project.capture({ key: 'second' })).tree).toBe(tree);
        expect(await readFolder(path)).toEqual(await readFolder(fixture.root));
        await project.close();
      } finally {
        await rm(sandboxes, { recursive: true, force: true });
      }
    }),
  );

  test(
    'has exactly the files of its tree, and none of the previous plan, including ignored files',
    inFiles(async fixture => {
      const project = fixture.project();
      const head = await project.head();
      const first = await used(project, head.tree);
      expect(await pooled(first.path)).toHaveLength(1);
      const blob = await project.writeBlob(Buffer.from('other\n'));
      const tree = await project.writeTree(head.tree, [
        { path: 'a.txt', oid: blob, mode: '100755' },
        { path: 'ignored/tracked', oid: blob },
        { path: 'dir/deep/c.txt', oid: null },
      ]);
      const second = await project.openSandbox({ key: 'second', tree });
      expect(await pooled(second.path)).toEqual([]);
      expect((await stat(join(second.path, 'same.txt'))).ino).toBe(first.inode);
      const fresh = await fixture
        .project({ sandboxes: join(fixture.home, 'elsewhere') })
        .openSandbox({ key: 'x', tree });
      expect(await readFolder(second.path)).toEqual(await readFolder(fresh.path));
      expect((await project.capture({ key: 'second' })).tree).toBe(tree);
      expect(await fixture.git('-C', second.path, 'status', '--porcelain', '--ignored')).toBe('');
      expect(existsSync(first.path)).toBe(false);
    }),
  );

  test(
    'is created again if it cannot be repaired',
    inFiles(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await used(project, tree);
      const [name = ''] = await pooled(path);
      await writeFile(join(dirname(path), name, 'index'), 'no index');
      const second = await project.openSandbox({ key: 'second', tree });
      expect(await readFolder(second.path)).toEqual(await readFolder(fixture.root));
      expect((await project.capture({ key: 'second' })).tree).toBe(tree);
    }),
  );

  test(
    'is repaired by the next process after a crash',
    inFiles(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree });
      await live(path);
      const [id = ''] = await readdir(join(fixture.root, '.git/worktrees'));
      await writeFile(join(fixture.root, '.git/worktrees', id, 'troupe-reused'), '');
      await project.openSandbox({ key: 'p1', tree });
      expect(await readFolder(path)).toEqual(await readFolder(fixture.root));
      await write(path, 'ignored/cache', 'of this plan');
      await project.openSandbox({ key: 'p1', tree });
      expect(existsSync(join(path, 'ignored/cache'))).toBe(true);
    }),
  );
});

describe('folders in the pool', () => {
  test(
    'are no more than were in use at once, and removed when the project is closed [R133]',
    inFiles(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const keys = Array.from({ length: 9 }, (_, at) => `p${at}`);
      const opened = await Promise.all(keys.map(key => project.openSandbox({ key, tree })));
      const { path } = opened[0] as { path: string };
      const removeAll = () => Promise.all(keys.map(key => project.removeSandbox({ key, pin: `kept/${key}` })));
      await removeAll();
      expect(await readdir(dirname(path))).toHaveLength(9);
      await Promise.all(keys.map(key => project.openSandbox({ key, tree })));
      await removeAll();
      expect(await readdir(dirname(path))).toHaveLength(9);
      expect(await project.inventory()).toMatchObject({ sandboxes: [] });
      await project.close();
      expect(await readdir(dirname(path))).toEqual([]);
    }),
  );

  test('are few again when the pool is not used for a while', async () => {
    const home = await mkdtemp(join(tmpdir(), 'troupe-pool-'));
    const pool = openFolderPool(home, { idleMs: 1 });
    try {
      for (let at = 0; at < 9; at++) {
        const folder = { path: join(home, `sandbox-${at}`), index: join(home, `index-${at}`) };
        await write(folder.path, 'a.txt', 'a');
        await writeFile(folder.index, '');
        await pool.add(folder);
      }
      await expect.poll(() => readdir(home)).toHaveLength(6);
      await pool.clear();
      expect(await readdir(home)).toEqual([]);
    } finally {
      await rm(home, { recursive: true });
    }
  });

  test(
    'do not include one in which a program still runs',
    inFiles(async fixture => {
      const project = fixture.project();
      const { tree } = await project.head();
      const { path } = await project.openSandbox({ key: 'p1', tree });
      const program = spawn('cat', { cwd: join(path, 'dir'), stdio: ['pipe', 'pipe', 'ignore'] });
      program.stdin.write('up\n');
      await once(program.stdout, 'data');
      await project.removeSandbox({ key: 'p1', pin: 'kept/p1' });
      expect(await readdir(dirname(path))).toEqual([]);
      program.stdin.end();
      await once(program, 'close');
    }),
  );
});
