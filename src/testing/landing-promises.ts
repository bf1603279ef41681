/** What a project promises of bringing a result home: part of projectSuite. */
import assert from 'node:assert/strict';
import { lstat, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../model/fault.ts';
import type { Project } from '../ports/project.ts';
import { write } from './project-files.ts';

type Trial = { project: Project; root: string };

export function landingPromises(promise: (title: string, body: (trial: Trial) => Promise<void>) => void): void {
  promise('a result lands in the checkout once, however often it is asked for', async ({ project, root }) => {
    const { commit: base, tree: from } = await project.head();
    const oid = await project.writeBlob(Buffer.from('landed\n'));
    const tree = await project.writeTree(from, [
      { path: 'a.txt', oid },
      { path: 'new/n.txt', oid },
      { path: 'gone.txt', oid: null },
    ]);
    const options = { key: 'k1', base, tree, target: { kind: 'checkout' }, message: 'Land' } as const;
    const landing = await project.land(options);
    assert.equal(landing.outcome, 'landed');
    assert.ok(landing.outcome === 'landed');
    assert.deepEqual(landing.files, ['a.txt', 'gone.txt', 'new/n.txt']);
    assert.equal(await readFile(join(root, 'new/n.txt'), 'utf8'), 'landed\n');
    await assert.rejects(lstat(join(root, 'gone.txt')));
    const head = await project.head();
    assert.equal(head.tree, tree);
    assert.deepEqual(await project.land(options), landing);
    assert.deepEqual(await project.head(), head);
    const marks = await project.landings();
    const other = await project.land({ ...options, key: 'k2', tree: from });
    assert.deepEqual(other, { outcome: 'moved', commit: head.commit, tree });
    assert.deepEqual(await project.landings(), marks);
    const next = { ...options, base: head.commit, tree: from, key: 'k3' };
    assert.equal((await project.land(next)).outcome, 'landed');
    assert.notEqual((await project.landings()).marks, marks.marks);
    assert.deepEqual([marks.underWay, (await project.landings()).underWay], [false, false]);
  });

  promise('a file nobody tracks is never overwritten, an ignored one neither', async ({ project, root }) => {
    const { commit: base, tree: from } = await project.head();
    await write(root, 'secret.log', 'mine\n');
    const oid = await project.writeBlob(Buffer.from('theirs\n'));
    for (const path of ['secret.log', 'secret.log/inner.txt']) {
      const tree = await project.writeTree(from, [{ path, oid }]);
      const landing = project.land({ key: path, base, tree, target: { kind: 'checkout' }, message: 'Land' });
      const refusal = await landing.catch((error: unknown) => error);
      assert.ok(Fault.is(refusal));
      assert.equal(refusal.code, 'DIRTY_CHECKOUT');
      assert.deepEqual(refusal.details?.files, ['secret.log']);
    }
    assert.equal(await readFile(join(root, 'secret.log'), 'utf8'), 'mine\n');
    assert.equal((await project.head()).tree, from);
  });

  promise('[R145] a patch file holds the whole result and touches nothing else', async ({ project, root }) => {
    const { commit: base, tree: from } = await project.head();
    const before = await project.fingerprint();
    const oid = await project.writeBlob(Buffer.from([0, 1, 2, 0, 255]));
    const tree = await project.writeTree(from, [{ path: 'image.png', oid }]);
    const file = join(dirname(root), 'result.patch');
    const target = { kind: 'patch', file } as const;
    const landing = await project.land({ key: 'k1', base, tree, target, message: 'Land' });
    assert.deepEqual(landing, { outcome: 'landed', commits: [], files: ['image.png'] });
    assert.match(await readFile(file, 'utf8'), /GIT binary patch/);
    assert.deepEqual(await project.fingerprint(), before);
    const again = { key: 'k1', base, tree, target, message: 'Land' };
    assert.deepEqual(await project.land(again), landing);
    const other = { ...again, tree: await project.writeTree(from, [{ path: 'other.txt', oid }]) };
    const kept = await readFile(file);
    for (const refusal of [project.outlook(other), project.land(other)]) {
      await assert.rejects(refusal, (error: unknown) => Fault.is(error) && error.code === 'FILE_EXISTS');
    }
    assert.deepEqual(await readFile(file), kept);
    await project.land({ ...other, target: { ...target, overwrite: true } });
    assert.match(await readFile(file, 'utf8'), /other\.txt/);
    const nowhere = { kind: 'patch', file: join(root, 'no/such/folder.patch') } as const;
    const refusal = project.land({ key: 'k1', base, tree, target: nowhere, message: 'Land' });
    await assert.rejects(refusal, (error: unknown) => Fault.is(error) && error.code === 'FILE_NOT_FOUND');
  });

  promise('[R156] what landing would meet is told, and nothing is changed by asking', async ({ project, root }) => {
    const { commit: base, tree: from } = await project.head();
    const oid = await project.writeBlob(Buffer.from('landed\n'));
    const tree = await project.writeTree(from, [{ path: 'a.txt', oid }]);
    const before = [await project.fingerprint(), await project.landings()];
    const checkout = { kind: 'checkout' } as const;
    assert.deepEqual(await project.outlook({ base, tree, target: checkout }), { moved: null });
    assert.deepEqual([await project.fingerprint(), await project.landings()], before);
    const nowhere = { kind: 'patch', file: join(root, 'no/such/folder.patch') } as const;
    const refusal = project.outlook({ base, tree, target: nowhere });
    await assert.rejects(refusal, (error: unknown) => Fault.is(error) && error.code === 'FILE_NOT_FOUND');
    await project.land({ key: 'k1', base, tree, target: checkout, message: 'Land' });
    const { commit } = await project.head();
    const later = await project.outlook({ base, tree: from, target: checkout });
    assert.deepEqual(later, { moved: { commit, tree } });
  });
}
