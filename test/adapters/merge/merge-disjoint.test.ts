import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTreeMerger, type TreeMerger } from '../../../src/merge.ts';
import { testSeed } from '../../seed.ts';
import { createRandomSource } from './histories.ts';
import { randomTrees } from './random-trees.ts';
import { type FixtureFiles, MergeRepository } from './tree-fixture.ts';

let repository: MergeRepository;
let merger: TreeMerger;
beforeAll(() => {
  repository = new MergeRepository();
  merger = openTreeMerger({ gitDir: repository.directory });
});
afterAll(async () => {
  await merger.close();
  repository[Symbol.dispose]();
});

const base: FixtureFiles = { 'a/1': '1', 'a/2': '2', 'b/3': '3', 'b/c/4': '4', root: '0' };
const without = (...paths: string[]) =>
  Object.fromEntries(Object.entries(base).filter(([path]) => !paths.includes(path)));

/** Children of one base, merged into ours. */
async function folded(ours: FixtureFiles, ...children: FixtureFiles[]) {
  const [oursOid = '', baseOid = '', ...oids] = repository.trees([ours, base, ...children]);
  const request = { ours: oursOid, children: oids.map(theirs => ({ base: baseOid, theirs })) };
  return merger.mergeDisjoint(request);
}

const leavesOf = (tree: string) =>
  Object.fromEntries(repository.paths(tree).map(path => [path, repository.read(tree, path)]));

describe('children with disjoint changes', () => {
  test('are merged into one tree: edits, additions, modes, links, deletions, and no empty folder remains', async () => {
    const { treeOid, folded: count } = await folded(
      { ...base, own: 'own' },
      { ...base, 'a/1': 'one' },
      { ...base, 'd/e/f': 'new' },
      without('b/c/4'),
      { ...base, root: { mode: '100755', content: '0' } },
    );
    expect(count).toBe(4);
    expect(leavesOf(treeOid)).toEqual({ ...without('b/c/4'), 'a/1': 'one', 'd/e/f': 'new', own: 'own' });
    expect(repository.git('ls-tree', treeOid, 'root').slice(0, 6)).toBe('100755');
    expect(repository.git('ls-tree', '-d', '-r', '--name-only', treeOid)).not.toContain('b/c');
  });

  test('that changed nothing, or deleted everything, are merged too', async () => {
    const nothing = await folded(base, base);
    expect([leavesOf(nothing.treeOid), nothing.folded]).toEqual([base, 1]);
    const gone = await folded(base, {});
    expect([leavesOf(gone.treeOid), gone.folded]).toEqual([{}, 1]);
    expect(await merger.mergeDisjoint({ ours: gone.treeOid, children: [] })).toEqual({
      treeOid: gone.treeOid,
      folded: 0,
    });
  });

  test.each<[string, FixtureFiles, FixtureFiles[], number]>([
    [
      'one path changed by two children',
      base,
      [
        { ...base, 'a/1': 'x' },
        { ...base, 'b/3': 'x' },
        { ...base, 'a/1': 'y' },
      ],
      2,
    ],
    ['a path changed by ours', { ...base, root: 'x' }, [{ ...base, root: 'y' }], 0],
    [
      'a file in place of a folder',
      base,
      [
        { ...base, n: 'x' },
        { ...base, 'n/m': 'y' },
      ],
      1,
    ],
    [
      'a folder in place of a file',
      base,
      [
        { ...base, 'n/m': 'y' },
        { ...base, n: 'x' },
      ],
      1,
    ],
    [
      'a folder replaced by a file, and an edit in it',
      base,
      [
        { ...without('b/c/4'), 'b/c': 'x' },
        { ...base, 'b/c/4': 'y' },
      ],
      1,
    ],
    [
      'a file added to a folder that another child may have renamed',
      base,
      [
        { ...without('a/1', 'a/2'), 'z/1': '1', 'z/2': '2' },
        { ...base, 'a/new': '' },
      ],
      1,
    ],
    [
      'the same in reverse order',
      base,
      [
        { ...base, 'a/new': '' },
        { ...without('a/1', 'a/2'), 'z/1': '1', 'z/2': '2' },
      ],
      1,
    ],
  ])('are merged up to %s', async (_, ours, children, count) => {
    expect((await folded(ours, ...children)).folded).toBe(count);
  });

  test('have the same result as git merges in sequence', async () => {
    const random = createRandomSource(testSeed('disjoint children'));
    let several = 0;
    for (let round = 0; round < 25; round++) {
      const start = randomTrees(random)[0];
      const [baseOid = '', ...oids] = repository.trees([start, ...[1, 2, 3].map(() => ({ ...start, ...oneChange() }))]);
      const { treeOid, folded: count } = await merger.mergeDisjoint({
        ours: baseOid,
        children: oids.map(theirs => ({ base: baseOid, theirs })),
      });
      if (count > 1) several++;
      let merged = baseOid;
      for (const theirs of oids.slice(0, count)) {
        const step = await merger.merge({ base: baseOid, ours: merged, theirs, alias: 'app', theirsPlanId: 'PLAN' });
        expect(step.clean).toBe(true);
        merged = step.treeOid;
      }
      expect(treeOid).toBe(merged);
      function oneChange(): FixtureFiles {
        const path = random.of([...Object.keys(start), 'new/1', 'new/2']);
        return { [path]: `${random.below(1000)}\n` };
      }
    }
    expect(several).toBeGreaterThan(10);
  });
});

test('200 children of one base are merged in one step', async () => {
  const many = Object.fromEntries(Array.from({ length: 220 }, (_, i) => [`${i % 20}/${i}`, `${i}\n`]));
  const sides = Array.from({ length: 200 }, (_, i) => ({ ...many, [`${i % 20}/${i}`]: 'changed\n' }));
  const [baseOid = '', ...oids] = repository.trees([many, ...sides]);
  const children = oids.map(theirs => ({ base: baseOid, theirs }));
  const { treeOid, folded: count } = await merger.mergeDisjoint({ ours: baseOid, children });
  expect(count).toBe(200);
  expect(repository.git('diff-tree', '-r', '--name-only', baseOid, treeOid).split('\n')).toHaveLength(200);
});
