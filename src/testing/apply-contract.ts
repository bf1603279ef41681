/** Contract tests for applying results: part of projectSuite. */
import assert from 'node:assert/strict';
import { lstat, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TroupeError } from '../model/errors.ts';
import { type TestProject, write } from './project-files.ts';

export function testApply(test: TestProject): void {
  testApplyToCheckout(test);
  testPatchTarget(test);
  testPreview(test);
}

function testApplyToCheckout(test: TestProject): void {
  test('a result is applied to the checkout once, however often apply is called', async ({ project, root }) => {
    const { commit: base, tree: from } = await project.head();
    const oid = await project.writeBlob(Buffer.from('applied\n'));
    const tree = await project.writeTree(from, [
      { path: 'a.txt', oid },
      { path: 'new/n.txt', oid },
      { path: 'gone.txt', oid: null },
    ]);
    const options = { key: 'k1', base, tree, target: { kind: 'checkout' }, message: 'Apply' } as const;
    const applied = await project.apply(options);
    assert.equal(applied.outcome, 'applied');
    assert.ok(applied.outcome === 'applied');
    assert.deepEqual(applied.files, ['a.txt', 'gone.txt', 'new/n.txt']);
    assert.equal(await readFile(join(root, 'new/n.txt'), 'utf8'), 'applied\n');
    await assert.rejects(lstat(join(root, 'gone.txt')));
    const head = await project.head();
    assert.equal(head.tree, tree);
    assert.deepEqual(await project.apply(options), applied);
    assert.deepEqual(await project.head(), head);
    const markers = await project.applyState();
    const other = await project.apply({ ...options, key: 'k2', tree: from });
    assert.deepEqual(other, { outcome: 'moved', commit: head.commit, tree });
    assert.deepEqual(await project.applyState(), markers);
    const next = { ...options, base: head.commit, tree: from, key: 'k3' };
    assert.equal((await project.apply(next)).outcome, 'applied');
    assert.notEqual((await project.applyState()).markers, markers.markers);
    assert.deepEqual([markers.inProgress, (await project.applyState()).inProgress], [false, false]);
  });

  test('an untracked or ignored file is never overwritten', async ({ project, root }) => {
    const { commit: base, tree: from } = await project.head();
    await write(root, 'secret.log', 'mine\n');
    const oid = await project.writeBlob(Buffer.from('theirs\n'));
    for (const path of ['secret.log', 'secret.log/inner.txt']) {
      const tree = await project.writeTree(from, [{ path, oid }]);
      const applying = project.apply({ key: path, base, tree, target: { kind: 'checkout' }, message: 'Apply' });
      const refusal = await applying.catch((error: unknown) => error);
      assert.ok(TroupeError.is(refusal));
      assert.equal(refusal.code, 'DIRTY_CHECKOUT');
      assert.deepEqual(refusal.details?.files, ['secret.log']);
    }
    assert.equal(await readFile(join(root, 'secret.log'), 'utf8'), 'mine\n');
    assert.equal((await project.head()).tree, from);
  });
}

function testPatchTarget(test: TestProject): void {
  test('[R145] a patch file holds the whole result and touches nothing else', async ({ project, root }) => {
    const { commit: base, tree: from } = await project.head();
    const before = await project.fingerprint();
    const oid = await project.writeBlob(Buffer.from([0, 1, 2, 0, 255]));
    const tree = await project.writeTree(from, [{ path: 'image.png', oid }]);
    const file = join(dirname(root), 'result.patch');
    const target = { kind: 'patch', file } as const;
    const applied = await project.apply({ key: 'k1', base, tree, target, message: 'Apply' });
    assert.deepEqual(applied, { outcome: 'applied', commits: [], files: ['image.png'] });
    assert.match(await readFile(file, 'utf8'), /GIT binary patch/);
    assert.deepEqual(await project.fingerprint(), before);
    const again = { key: 'k1', base, tree, target, message: 'Apply' };
    assert.deepEqual(await project.apply(again), applied);
    const other = { ...again, tree: await project.writeTree(from, [{ path: 'other.txt', oid }]) };
    const kept = await readFile(file);
    for (const attempt of [() => project.checkTarget(other), () => project.apply(other)]) {
      await assert.rejects(attempt, (error: unknown) => TroupeError.is(error) && error.code === 'FILE_EXISTS');
    }
    assert.deepEqual(await readFile(file), kept);
    await project.apply({ ...other, target: { ...target, overwrite: true } });
    assert.match(await readFile(file, 'utf8'), /other\.txt/);
    const nowhere = { kind: 'patch', file: join(root, 'no/such/folder.patch') } as const;
    const refusal = project.apply({ key: 'k1', base, tree, target: nowhere, message: 'Apply' });
    await assert.rejects(refusal, (error: unknown) => TroupeError.is(error) && error.code === 'FILE_NOT_FOUND');
  });
}

function testPreview(test: TestProject): void {
  test('[R156] a preview reports what apply would meet, and changes nothing', async ({ project, root }) => {
    const { commit: base, tree: from } = await project.head();
    const oid = await project.writeBlob(Buffer.from('applied\n'));
    const tree = await project.writeTree(from, [{ path: 'a.txt', oid }]);
    const before = [await project.fingerprint(), await project.applyState()];
    const checkout = { kind: 'checkout' } as const;
    assert.deepEqual(await project.checkTarget({ base, tree, target: checkout }), { moved: null });
    assert.deepEqual([await project.fingerprint(), await project.applyState()], before);
    const nowhere = { kind: 'patch', file: join(root, 'no/such/folder.patch') } as const;
    const refusal = project.checkTarget({ base, tree, target: nowhere });
    await assert.rejects(refusal, (error: unknown) => TroupeError.is(error) && error.code === 'FILE_NOT_FOUND');
    await project.apply({ key: 'k1', base, tree, target: checkout, message: 'Apply' });
    const { commit } = await project.head();
    const later = await project.checkTarget({ base, tree: from, target: checkout });
    assert.deepEqual(later, { moved: { commit, tree } });
  });
}
