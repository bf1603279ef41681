/** Contract tests for sandboxes, and for the checkout that they never touch: part of projectSuite. */
import assert from 'node:assert/strict';
import { lstat, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TroupeError } from '../model/errors.ts';
import { modify, readFolder, type TestProject, write, writeAllKinds } from './project-files.ts';

export function testSandboxes(test: TestProject): void {
  testSandboxContent(test);
  testMissingSandboxes(test);
  testCheckoutIsolation(test);
}

/** Sandboxes have the files of a tree, and get them back. */
function testSandboxContent(test: TestProject): void {
  test('a sandbox holds exactly the tree, outside of the project', async ({ project, root }) => {
    const { tree } = await project.head();
    const sandbox = await project.openSandbox({ key: 'p1', tree });
    assert.deepEqual(await readFolder(sandbox.path), await readFolder(root));
    assert.ok(!sandbox.path.startsWith(`${root}/`));
    assert.deepEqual(await project.sandbox('p1'), sandbox);
    assert.deepEqual(await project.sandboxes(), [sandbox]);
  });

  test('[R12] restoring brings a sandbox back byte for byte', async ({ project }) => {
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

  test('restoring leaves ignored files where they are', async ({ project }) => {
    const { tree } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree });
    await write(path, 'ignored/cache.bin', 'kept');
    await write(path, 'later.txt', 'goes');
    await project.restore({ key: 'p1', tree });
    assert.equal(await readFile(join(path, 'ignored/cache.bin'), 'utf8'), 'kept');
    await assert.rejects(lstat(join(path, 'later.txt')));
  });

  test('opening a sandbox again resets it to the tree asked for', async ({ project }) => {
    const { tree } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree });
    const before = await readFolder(path);
    await modify(path);
    await write(path, 'new/file.txt', 'x');
    assert.equal((await project.openSandbox({ key: 'p1', tree })).path, path);
    assert.deepEqual(await readFolder(path), before);
  });
}

/** Sandboxes that are gone, or are removed. */
function testMissingSandboxes(test: TestProject): void {
  test('[R92] what is asked of a sandbox that is not there fails and says so', async ({ project }) => {
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

  test('[R124] [R133] a sandbox goes only after its files are in a ref, and goes whole', async ({ project }) => {
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

  test('a sandbox that is removed without a ref goes with its files', async ({ project }) => {
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

  test('the space where sandboxes live can be asked for before there is one', async ({ project }) => {
    assert.ok((await project.spaceFree()) > 0);
  });
}

/** What happens in a sandbox and in the user's checkout is independent. */
function testCheckoutIsolation(test: TestProject): void {
  test('[R126] [R130] nothing done in a sandbox shows in the user’s checkout', async ({ project, root }) => {
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

  test('[R126] a change in the user’s checkout shows in the fingerprint under its path', async ({ project, root }) => {
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
  });
}
