import { expect, test } from 'vitest';
import { withGitFixture } from './git-fixture.ts';

test(
  'A marker of a finished apply that shares a ref with others still stops a second apply, and counts as no progress [R315]',
  withGitFixture(async ({ project: open, git }) => {
    const project = open();
    const applyFile = async (path: string) => {
      const { commit: base, tree: from } = await project.head();
      const oid = await project.writeBlob(Buffer.from(path));
      const tree = await project.writeTree(from, [{ path, oid }]);
      return { key: path, base, tree, target: { kind: 'checkout' }, message: 'Apply' } as const;
    };
    const refs = async () => (await git('for-each-ref', '--format=%(refname)', 'refs/troupe')).trim().split('\n');
    const options = [];
    for (const path of ['one.txt', 'two.txt']) {
      const wanted = await applyFile(path);
      options.push(wanted);
      expect(await project.apply(wanted)).toMatchObject({ outcome: 'applied' });
    }
    const before = await project.applyState();
    const [first, second] = await project.loosePins();
    await project.archivePins([first ?? '']);
    expect(await project.applyState()).toEqual(before);
    await project.archivePins([second ?? '']);
    expect(await project.applyState()).toEqual(before);
    expect(await refs()).toEqual(['refs/troupe/applied']);
    const { commit } = await project.head();
    for (const each of options) expect(await project.apply(each)).toMatchObject({ outcome: 'applied' });
    expect((await project.head()).commit).toBe(commit);
    const three = await applyFile('three.txt');
    await project.apply(three);
    expect((await project.applyState()).markers).not.toBe(before.markers);

    const found = (await project.inventory()).refs;
    expect(found.map(({ archived = false }) => archived).sort()).toEqual([false, true, true]);
    for (const { changedMs } of found) expect(changedMs).not.toBeNull();
    await git('gc', '--quiet', '--prune=now');
    await git('fsck', '--strict');
    await project.unpinAll(found.map(({ name }) => name));
    expect(await refs()).toEqual(['']);
  }),
);
