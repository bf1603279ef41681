/** Contract tests for trees, their merge and their pins: part of projectSuite. */
import assert from 'node:assert/strict';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TroupeError } from '../model/errors.ts';
import { type TestProject, write } from './project-files.ts';

export function testTrees(test: TestProject): void {
  testTreeContent(test);
  testMerge(test);
  testPins(test);
}

function testTreeContent(test: TestProject): void {
  test('changes name every file with its hashes and mode', async ({ project }) => {
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

  test('trees are read and written without files', async ({ project }) => {
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

  test('the size of a tree is that of its files', async ({ project }) => {
    const { tree } = await project.head();
    const blobs = await Promise.all((await project.files(tree)).map(path => project.read(tree, path)));
    assert.ok(blobs.length > 0);
    assert.equal(
      await project.size(tree),
      blobs.reduce((sum, blob) => sum + (blob?.length ?? 0), 0),
    );
  });
}

function testMerge(test: TestProject): void {
  test('trees merge, and a side or new content resolves a conflict', async ({ project }) => {
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
}

function testPins(test: TestProject): void {
  test('pins protect objects under names of Troupe until they are removed', async ({ project }) => {
    const { tree } = await project.head();
    await project.pin('some/name', tree);
    assert.deepEqual(await project.files('refs/troupe/some/name'), await project.files(tree));
    await project.unpin('some/name');
    await assert.rejects(project.files('refs/troupe/some/name'));
    const refused = (code: string) => (error: unknown) => TroupeError.is(error) && error.code === code;
    await assert.rejects(project.pin('no..good', tree), refused('USAGE'));
    await assert.rejects(project.pin('good', 'no such object'), refused('GIT_FAILED'));
  });
}
