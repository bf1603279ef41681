/**
 * Contract tests of the port `Project`, for any test runner.
 */
import assert from 'node:assert/strict';
import { chmod, lstat, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TroupeError } from '../model/errors.ts';
import type { Project } from '../ports/project.ts';
import { testApply } from './apply-contract.ts';
import { testCleanup } from './cleanup-contract.ts';
import { modify, readFolder, write, writeAllKinds } from './project-files.ts';
import { testTreeSandboxes } from './tree-sandbox-contract.ts';

/** A project under test, with the user's folder at `root`. */
export interface ProjectUnderTest {
  project: Project;
  root: string;
  dispose(): Promise<void>;
}

/** Options of {@link projectSuite}. */
export interface ProjectSuiteOptions {
  test(title: string, body: () => Promise<void>): void;
  /** Opens a new project with these files, `.gitignore` among them. */
  open(files: Record<string, string>): Promise<ProjectUnderTest>;
}

const first = {
  'a.txt': 'one\ntwo\nthree\n',
  'dir/b.txt': 'b\n',
  'dir/deep/c.txt': 'c\n',
  'gone.txt': 'will be deleted\n',
  '.gitignore': 'ignored/\n*.log\n',
};

/**
 * Registers the contract tests of a project.
 *
 * @example
 * projectSuite({ test, open: async files => ({ project: await openWith(files), root, dispose }) });
 */
export function projectSuite({ test, open }: ProjectSuiteOptions): void {
  const promise = (title: string, body: (trial: ProjectUnderTest) => Promise<void>) =>
    test(title, async () => {
      const trial = await open(first);
      try {
        await body(trial);
      } finally {
        await trial.project.close();
        await trial.dispose();
      }
    });

  promise('a sandbox holds exactly the tree, outside of the project', async ({ project, root }) => {
    const { tree } = await project.head();
    const sandbox = await project.openSandbox({ key: 'p1', tree });
    assert.deepEqual(await readFolder(sandbox.path), await readFolder(root));
    assert.ok(!sandbox.path.startsWith(`${root}/`));
    assert.deepEqual(await project.sandbox('p1'), sandbox);
    assert.deepEqual(await project.sandboxes(), [sandbox]);
  });

  promise('[R12] restoring brings a sandbox back byte for byte', async ({ project }) => {
    const { tree: start } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree: start });
    await writeAllKinds(path);
    const before = await readFolder(path);
    const { tree } = await project.capture({ key: 'p1' });
    await modify(path);
    assert.notDeepEqual(await readFolder(path), before);
    await project.restore({ key: 'p1', tree });
    assert.deepEqual(await readFolder(path), before);
    assert.equal((await project.capture({ key: 'p1' })).tree, tree);
  });

  promise('restoring leaves ignored files where they are', async ({ project }) => {
    const { tree } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree });
    await write(path, 'ignored/cache.bin', 'kept');
    await write(path, 'later.txt', 'goes');
    await project.restore({ key: 'p1', tree });
    assert.equal(await readFile(join(path, 'ignored/cache.bin'), 'utf8'), 'kept');
    await assert.rejects(lstat(join(path, 'later.txt')));
  });

  promise('opening a sandbox again resets it to the tree asked for', async ({ project }) => {
    const { tree } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree });
    const before = await readFolder(path);
    await modify(path);
    await write(path, 'new/file.txt', 'x');
    assert.equal((await project.openSandbox({ key: 'p1', tree })).path, path);
    assert.deepEqual(await readFolder(path), before);
  });

  promise('[R92] what is asked of a sandbox that is not there fails and says so', async ({ project }) => {
    const { tree } = await project.head();
    const lost = (error: unknown) => TroupeError.is(error) && error.code === 'SANDBOX_LOST' && error.hints.length > 0;
    await assert.rejects(project.sandbox('never'), lost);
    await assert.rejects(project.restore({ key: 'never', tree }), lost);
    const { path } = await project.openSandbox({ key: 'p1', tree });
    await rm(path, { recursive: true });
    await assert.rejects(project.restore({ key: 'p1', tree }), lost);
    await assert.rejects(project.capture({ key: 'p1', pin: 'x' }), lost);
    assert.deepEqual(await project.sandboxes(), []);
    await project.openSandbox({ key: 'p1', tree });
    assert.equal((await project.capture({ key: 'p1' })).tree, tree);
  });

  promise('[R124] [R133] a sandbox goes only after its files are in a ref, and goes whole', async ({ project }) => {
    const { tree } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree });
    await write(path, 'work.txt', 'not lost\n');
    await project.removeSandbox({ key: 'p1', pin: 'kept/p1' });
    await assert.rejects(lstat(path));
    assert.deepEqual(await project.sandboxes(), []);
    assert.equal((await project.read('refs/troupe/kept/p1', 'work.txt'))?.toString(), 'not lost\n');
    await project.removeSandbox({ key: 'p1', pin: 'kept/p1' });
    assert.equal((await project.read('refs/troupe/kept/p1', 'work.txt'))?.toString(), 'not lost\n');
  });

  promise('a sandbox that is removed without a ref goes with its files', async ({ project }) => {
    const { tree } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree });
    await write(path, 'work.txt', 'not wanted\n');
    await project.removeSandbox({ key: 'p1', pin: null });
    await assert.rejects(lstat(path));
    assert.deepEqual(await project.sandboxes(), []);
    const again = await project.openSandbox({ key: 'p1', tree });
    await assert.rejects(lstat(join(again.path, 'work.txt')));
    assert.equal((await project.capture({ key: 'p1' })).tree, tree);
  });

  testCleanup(promise);
  testTreeSandboxes(promise);
  testApply(promise);

  promise('[R126] [R130] nothing done in a sandbox shows in the user’s checkout', async ({ project, root }) => {
    const before = await project.fingerprint();
    const files = await readFolder(root);
    const { tree } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree });
    await modify(path);
    await project.capture({ key: 'p1', pin: 'p1/work' });
    await project.restore({ key: 'p1', tree });
    await project.removeSandbox({ key: 'p1', pin: 'p1/end' });
    assert.deepEqual(await project.fingerprint(), before);
    assert.deepEqual(await readFolder(root), files);
  });

  promise(
    '[R126] a change in the user’s checkout shows in the fingerprint under its path',
    async ({ project, root }) => {
      const before = await project.fingerprint();
      await write(root, 'a.txt', 'touched\n');
      await write(root, 'dir/new file.txt', 'new\n');
      const after = await project.fingerprint();
      const differing = [...new Set([...Object.keys(before.status), ...Object.keys(after.status)])].filter(
        path => before.status[path] !== after.status[path],
      );
      assert.deepEqual(differing.sort(), ['a.txt', 'dir/new file.txt']);
      await write(root, 'a.txt', 'tOuched\n');
      assert.notEqual((await project.fingerprint()).status['a.txt'], after.status['a.txt']);
    },
  );

  promise('changes name every file with its hashes and mode', async ({ project }) => {
    const { tree: from } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree: from });
    await write(path, 'a.txt', 'other\n');
    await write(path, 'né w\n.txt', 'new\n');
    await chmod(join(path, 'né w\n.txt'), 0o755);
    await rm(join(path, 'gone.txt'));
    const { tree: to } = await project.capture({ key: 'p1' });
    const set = await project.changes({ alias: 'main', from, to });
    assert.deepEqual(
      set.files.map(({ path, operation, mode }) => [path, operation, mode]),
      [
        ['a.txt', 'modified', '100644'],
        ['gone.txt', 'deleted', '100644'],
        ['né w\n.txt', 'added', '100755'],
      ],
    );
    assert.deepEqual([set.alias, set.baseTree, set.resultTree], ['main', from, to]);
    assert.equal(set.files[0]?.after, await project.writeBlob(Buffer.from('other\n')));
    assert.match(await project.diff({ from, to, paths: ['a.txt'] }), /^-one\n-two\n-three\n\+other$/m);
    assert.match(await project.diff({ from, to, stat: true }), /3 files changed/);
  });

  promise('trees are read and written without files', async ({ project }) => {
    const { tree } = await project.head();
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at) % 256));
    const oid = await project.writeBlob(bytes);
    const next = await project.writeTree(tree, [
      { path: 'bin/data', oid, mode: '100755' },
      { path: 'dir', oid },
      { path: 'gone.txt', oid: null },
    ]);
    assert.deepEqual(await project.files(next), ['.gitignore', 'a.txt', 'bin/data', 'dir']);
    assert.deepEqual(await project.read(next, 'bin/data'), bytes);
    assert.equal(await project.read(next, 'gone.txt'), null);
    assert.equal(await project.read(next, 'bin'), null);
    const back = await project.writeTree(next, [{ path: 'bin/data', oid: await project.writeBlob(Buffer.from('x')) }]);
    assert.equal((await project.changes({ alias: 'm', from: next, to: back })).files[0]?.mode, '100755');
  });

  promise('trees merge, and a side or new content resolves a conflict', async ({ project }) => {
    const { tree: base } = await project.head();
    const edit = async (path: string, text: string) =>
      project.writeTree(base, [{ path, oid: await project.writeBlob(Buffer.from(text)) }]);
    const who = { base, alias: 'main', theirsPlanId: 'T' };
    const clean = await project.mergeTrees({ ...who, ours: await edit('x', 'x'), theirs: await edit('y', 'y') });
    assert.ok(clean.clean);
    assert.deepEqual(
      (await project.files(clean.treeOid)).filter(path => path.length === 1),
      ['x', 'y'],
    );
    const [ours, theirs] = [await edit('a.txt', 'ours\n'), await edit('a.txt', 'theirs\n')];
    const merged = await project.mergeTrees({ ...who, ours, theirs });
    assert.ok(!merged.clean);
    const [conflict] = merged.conflicts;
    assert.ok(conflict !== undefined && conflict.path === 'a.txt');
    const resolution = { tree: merged.treeOid, conflict };
    assert.equal(await project.resolve({ ...resolution, resolution: { take: 'ours' } }), ours);
    assert.equal(await project.resolve({ ...resolution, resolution: { take: 'theirs' } }), theirs);
    assert.equal(await project.resolve({ ...resolution, resolution: { take: 'base' } }), base);
    const oid = await project.writeBlob(Buffer.from('both\n'));
    const own = await project.resolve({ ...resolution, resolution: { take: 'content', oid, mode: '100644' } });
    assert.equal((await project.read(own, 'a.txt'))?.toString(), 'both\n');
  });

  promise('pins keep objects under names of ours and let them go', async ({ project }) => {
    const { tree } = await project.head();
    await project.pin('some/name', tree);
    assert.deepEqual(await project.files('refs/troupe/some/name'), await project.files(tree));
    await project.unpin('some/name');
    await assert.rejects(project.files('refs/troupe/some/name'));
    const refused = (code: string) => (error: unknown) => TroupeError.is(error) && error.code === code;
    await assert.rejects(project.pin('no..good', tree), refused('USAGE'));
    await assert.rejects(project.pin('good', 'no such object'), refused('GIT_FAILED'));
  });

  promise('the size of a tree is that of its files', async ({ project }) => {
    const { tree } = await project.head();
    const blobs = await Promise.all((await project.files(tree)).map(path => project.read(tree, path)));
    assert.ok(blobs.length > 0);
    assert.equal(
      await project.size(tree),
      blobs.reduce((sum, blob) => sum + (blob?.length ?? 0), 0),
    );
  });

  promise('the space where sandboxes live can be asked for before there is one', async ({ project }) => {
    assert.ok((await project.spaceFree()) > 0);
  });
}
