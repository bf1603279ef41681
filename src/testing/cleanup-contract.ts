/** Contract tests for cleanup: part of projectSuite. */
import assert from 'node:assert/strict';
import { lstat, rm } from 'node:fs/promises';
import { TroupeError } from '../model/errors.ts';
import { type TestProject, write } from './project-files.ts';

const pinnedTree = (key: string, path: string) => ({
  key,
  path,
  folder: true,
  registered: true,
  bytes: 0,
  changedMs: 0,
});

export function testCleanup(test: TestProject): void {
  testInventory(test);
  testPacks(test);
  testArchivedPins(test);
}

function testInventory(test: TestProject): void {
  test('[R130] [R133] what lies about is listed with its size: sandboxes, halves of them, and refs', async trial => {
    const { project } = trial;
    const { tree } = await project.head();
    assert.deepEqual(await project.inventory(), { sandboxes: [], refs: [], leftovers: [] });
    const { path } = await project.openSandbox({ key: 'p1', tree });
    await write(path, 'work.txt', 'x'.repeat(5000));
    const captured = await project.capture({ key: 'p1', pin: 'p1/work' });
    const { sandboxes, refs } = await project.inventory();
    const [found] = sandboxes;
    assert.ok(found !== undefined && found.bytes > 5000 && found.changedMs > 0);
    assert.deepEqual({ ...found, bytes: 0, changedMs: 0 }, pinnedTree('p1', path));
    assert.deepEqual(
      refs.map(({ name }) => name),
      ['p1/work'],
    );
    assert.ok((refs[0]?.changedMs ?? 0) > 0);
    assert.ok((await project.measureRefs(['p1/work'], [tree])) > 0);
    assert.equal(await project.measureRefs(['p1/work'], [captured.tree, tree, refs[0]?.oid ?? '', 'f'.repeat(40)]), 0);
    assert.equal(await project.measureRefs([], []), 0);
    await rm(path, { recursive: true });
    const [half] = (await project.inventory()).sandboxes;
    assert.deepEqual(half, { ...pinnedTree('p1', path), folder: false, bytes: 0, changedMs: 0 });
    await project.removeLeftovers(path);
    await project.unpinAll(['p1/work']);
    await project.unpinAll([]);
    assert.deepEqual(await project.inventory(), { sandboxes: [], refs: [], leftovers: [] });
  });

  test('[R133] clearing up leaves whole sandboxes, and folders that are none, alone', async ({ project, root }) => {
    const { path } = await project.openSandbox({ key: 'p1', tree: (await project.head()).tree });
    await project.removeLeftovers(path);
    await project.removeLeftovers(root);
    assert.equal((await project.sandboxes()).length, 1);
    assert.ok(await lstat(root));
  });
}

function testPacks(test: TestProject): void {
  test('[R159] what refs hold is packed, taken in elsewhere, and set to refs there', async ({ project }) => {
    const { tree } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree });
    await write(path, 'work.txt', 'packed\n');
    await project.capture({ key: 'p1', pin: 'p1/work' });
    const oid = (await project.inventory()).refs[0]?.oid ?? '';
    assert.deepEqual(await project.filterExisting([oid, 'f'.repeat(40), tree]), [oid, tree]);
    const pieces: Buffer[] = [];
    for await (const piece of project.pack({ tips: [oid], without: [tree, 'f'.repeat(40)] })) pieces.push(piece);
    assert.equal(Buffer.concat(pieces).toString('latin1', 0, 4), 'PACK');
    await project.unpinAll(['p1/work']);
    const stream = async function* () {
      yield* pieces;
    };
    await project.unpack(stream(), [{ name: 'p1/again', oid }]);
    assert.equal((await project.read('refs/troupe/p1/again', 'work.txt'))?.toString(), 'packed\n');
    await assert.rejects(project.unpack(stream(), [{ name: 'p1/again', oid }]), isErrorWithCode('GIT_FAILED'));
    const none = project.pack({ tips: ['f'.repeat(40)], without: [] })[Symbol.asyncIterator]();
    await assert.rejects(none.next(), isErrorWithCode('GIT_FAILED'));
  });
}

function testArchivedPins(test: TestProject): void {
  test('[R315] archived pins share one ref, stay protected and listed, and are removed singly', async ({ project }) => {
    const { tree } = await project.head();
    const { path } = await project.openSandbox({ key: 'p1', tree });
    await write(path, 'work.txt', 'archived\n');
    const captured = await project.capture({ key: 'p1', pin: 'plans/p1/work/%2F' });
    const blob = await project.writeBlob(Buffer.from('alone\n'));
    await project.pin('plans/p1/file', blob);
    await project.pin('plans/p2/result', captured.tree);
    await project.pin('single', captured.tree);
    assert.deepEqual((await project.loosePins()).sort(), [
      'plans/p1/file',
      'plans/p1/work/%2F',
      'plans/p2/result',
      'single',
    ]);
    await project.archivePins(['plans/p1/work/%2F', 'plans/p1/file', 'single', 'plans/p3/unknown']);
    await project.archivePins(['plans/p2/result']);
    await project.archivePins([]);
    assert.deepEqual(await project.loosePins(), ['single']);
    const archived = async () =>
      (await project.inventory()).refs
        .filter(ref => ref.archived)
        .map(({ name, oid }) => `${name} ${oid}`)
        .sort();
    assert.deepEqual(await archived(), [
      `plans/p1/file ${blob}`,
      `plans/p1/work/%2F ${captured.tree}`,
      `plans/p2/result ${captured.tree}`,
    ]);
    assert.ok((await project.measureRefs(['plans/p1/work/%2F'], [tree])) > 0);
    await project.unpinAll(['plans/p1/work/%2F', 'plans/p2/result', 'single', 'plans/p3/unknown']);
    assert.deepEqual(await archived(), [`plans/p1/file ${blob}`]);
    await project.unpinAll(['plans/p1/file']);
    assert.deepEqual((await project.inventory()).refs, []);
  });
}

const isErrorWithCode = (code: string) => (thrown: unknown) => TroupeError.is(thrown) && thrown.code === code;
