/** Contract tests for sandboxes stored as a tree without a folder: part of projectSuite. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TroupeError } from '../model/errors.ts';
import type { Project } from '../ports/project.ts';
import { readFolder, type TestProject } from './project-files.ts';

export function testTreeSandboxes(test: TestProject): void {
  test('[R130] a sandbox that is a tree is read, written and captured without any folder', async ({ project }) => {
    const { tree } = await project.head();
    const sandbox = await project.openSandbox({ key: 'p1', tree, kind: 'tree' });
    const text = await put(project, 'p1', 'dir/new/file.txt', 'new\n');
    assert.equal((await text.read()).toString(), 'new\n');
    const { tree: made, ref } = await project.capture({ key: 'p1', pin: 'p1/work' });
    const { files } = await project.changes({ alias: 'main', from: tree, to: made });
    assert.deepEqual(
      files.map(({ path, operation, mode }) => [path, operation, mode]),
      [['dir/new/file.txt', 'added', '100644']],
    );
    assert.equal(ref, 'refs/troupe/p1/work');
    assert.equal(existsSync(sandbox.path), false);
    assert.deepEqual(await project.sandbox('p1'), sandbox);
    assert.deepEqual(await project.sandboxes(), [sandbox]);
  });

  test('a tree becomes a folder with the same files when a folder is needed, and stays one', async ({ project }) => {
    const { tree } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree, kind: 'tree' });
    await put(project, 'p1', 'a.txt', 'changed\n');
    await (await project.filesOf('p1').at('dir')).remove();
    const { tree: before } = await project.capture({ key: 'p1' });
    await put(project, 'p1', 'late.txt', 'not captured yet\n');
    const [one, two] = await Promise.all([project.materialize('p1'), project.materialize('p1')]);
    assert.deepEqual([one.path, two.path], [path, path]);
    assert.deepEqual(Object.keys(await readFolder(path)), ['.gitignore', 'a.txt', 'gone.txt', 'late.txt']);
    assert.equal(await readFile(join(path, 'a.txt'), 'utf8'), 'changed\n');
    assert.deepEqual(
      (await project.changes({ alias: 'm', from: before, to: (await project.capture({ key: 'p1' })).tree })).files.map(
        file => file.path,
      ),
      ['late.txt'],
    );
    await put(project, 'p1', 'in-folder.txt', 'x');
    assert.ok(existsSync(join(path, 'in-folder.txt')));
    await project.openSandbox({ key: 'p1', tree, kind: 'tree' });
    assert.deepEqual((await readFolder(path))['in-folder.txt'], undefined);
    assert.equal((await project.sandboxes()).length, 1);
  });

  test('[R12] a tree is restored, and reset by opening it again', async ({ project }) => {
    const { tree } = await project.head();
    await project.openSandbox({ key: 'p1', tree, kind: 'tree' });
    await put(project, 'p1', 'a.txt', 'one\n');
    const { tree: one } = await project.capture({ key: 'p1' });
    await put(project, 'p1', 'a.txt', 'two\n');
    await project.restore({ key: 'p1', tree: one });
    assert.equal((await (await project.filesOf('p1').at('a.txt')).read()).toString(), 'one\n');
    await project.openSandbox({ key: 'p1', tree, kind: 'tree' });
    assert.equal((await project.capture({ key: 'p1' })).tree, tree);
  });

  test('[R124] [R133] a tree goes only after it is in a ref, and shows in the inventory', async ({ project }) => {
    const { tree } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree, kind: 'tree' });
    await put(project, 'p1', 'work.txt', 'not lost\n');
    const [found] = (await project.inventory()).sandboxes;
    assert.ok(found !== undefined && found.bytes > 0 && found.bytes < 1000 && found.changedMs > 0);
    assert.deepEqual([found.key, found.path, found.folder && found.registered], ['p1', path, true]);
    await project.removeSandbox({ key: 'p1', pin: 'kept/p1' });
    assert.deepEqual((await project.inventory()).sandboxes, []);
    assert.equal((await project.read('refs/troupe/kept/p1', 'work.txt'))?.toString(), 'not lost\n');
    await assert.rejects(project.materialize('p1'), thrown => TroupeError.is(thrown) && thrown.code === 'SANDBOX_LOST');
  });
}

async function put(project: Project, key: string, path: string, text: string) {
  const place = await project.filesOf(key).at(path);
  await place.write(Buffer.from(text));
  return project.filesOf(key).at(path);
}
