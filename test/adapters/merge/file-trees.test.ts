/** Compares merges of trees without git with those of git's merge-ort. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FileEntry, type FileTree, mergeFileTrees, openTreeMerger, type TreeMerger } from '../../../src/merge.ts';
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

const treeOf = (leaves: FixtureFiles): FileTree =>
  new Map(
    Object.entries(leaves).map(([path, leaf]): [string, FileEntry] => {
      const { mode, content } =
        typeof leaf === 'string' || Buffer.isBuffer(leaf) ? { mode: '100644', content: leaf } : leaf;
      return [path, { mode: mode as FileEntry['mode'], content: Buffer.from(content) }];
    }),
  );

const leavesOf = (tree: ReadonlyMap<string, FileEntry>): FixtureFiles =>
  Object.fromEntries(
    [...tree].map(([path, { mode, content }]) => [path, { mode, content: Buffer.from(content).toString('latin1') }]),
  );

/** The results of both engines: conflicts by path, and the tree id of git if clean. */
async function both(base: FixtureFiles, ours: FixtureFiles, theirs: FixtureFiles) {
  const [b = '', o = '', t = ''] = repository.trees([base, ours, theirs]);
  const git = await merger.merge({ base: b, ours: o, theirs: t, alias: 'app', theirsPlanId: 'theirs' });
  const here = mergeFileTrees({ base: treeOf(base), ours: treeOf(ours), theirs: treeOf(theirs) });
  const [tree = ''] = here.clean ? repository.trees([leavesOf(here.tree)]) : [];
  const kinds = (conflicts: readonly { path: string; kind: string }[]) =>
    conflicts.map(({ path, kind }) => `${path}: ${kind}`).sort();
  return {
    git: git.clean ? git.treeOid : kinds(git.conflicts),
    here: here.clean ? tree : kinds(here.conflicts),
  };
}

const lines = (count: number, edits: Record<number, string> = {}) =>
  Array.from({ length: count }, (_, i) => `${edits[i + 1] ?? `line ${i + 1}`}\n`).join('');
const folder = (name: string, more: FixtureFiles = {}) => ({
  ...Object.fromEntries([1, 2, 3].map(i => [`${name}/${i}`, lines(10 * i)])),
  ...more,
});
const link = (content: string) => ({ mode: '120000', content });
const program = (content: string) => ({ mode: '100755', content });

describe('merges with and without git agree', () => {
  test.each<[string, FixtureFiles, FixtureFiles, FixtureFiles]>([
    [
      'changes, additions and deletions',
      { a: '1', b: '2', c: '3' },
      { a: 'x', b: '2', n: '' },
      { a: '1', b: 'y', c: '3', m: '' },
    ],
    [
      'a file renamed by one side and changed by the other',
      { a: lines(20) },
      { 'b/a': lines(20) },
      { a: lines(20, { 3: 'x' }) },
    ],
    [
      'a file renamed by one side and changed by both',
      { a: lines(20) },
      { b: lines(20, { 9: 'y' }) },
      { a: lines(20, { 3: 'x' }) },
    ],
    ['one rename on both sides', { a: lines(20) }, { b: lines(20, { 9: 'y' }) }, { b: lines(20, { 3: 'x' }) }],
    ['two names for one file', { a: lines(20), k: '' }, { b: lines(20), k: '' }, { c: lines(20), k: '' }],
    ['a rename and a deletion', { a: lines(20), k: '' }, { b: lines(20), k: '' }, { k: '' }],
    ['a change and a deletion', { a: lines(20), k: '' }, { a: lines(20, { 3: 'x' }), k: '' }, { k: '' }],
    ['one file added by both', { k: '' }, { k: '', a: 'x\n' }, { k: '', a: 'y\n' }],
    ['one file added by both, executable on one side', { k: '' }, { k: '', a: program('x') }, { k: '', a: 'x' }],
    ['a mode change and a content change', { a: 'x\n' }, { a: program('x\n') }, { a: 'y\n' }],
    ['binaries', { a: 'x\0', b: '1\0' }, { a: 'y\0', b: '1\0' }, { a: 'z\0', b: '2\0' }],
    ['links', { a: link('x'), b: link('x') }, { a: link('y'), b: link('x') }, { a: link('z'), b: link('y') }],
    ['a file in a folder that was renamed', folder('old'), folder('new'), folder('old', { 'old/added': 'x\n' })],
    ['a folder renamed below another', folder('old/in'), folder('new/in'), folder('old/in', { 'old/added': 'x\n' })],
    ['a folder renamed on both sides', folder('old'), folder('new'), folder('new', { 'new/added': 'x\n' })],
    [
      'a changed file in a folder that was renamed',
      folder('old'),
      folder('new'),
      folder('old', { 'old/1': lines(10, { 4: 'x' }) }),
    ],
    [
      'a structured file that lines cannot merge',
      { 'a.json': '{"a":1,"b":1}\n' },
      { 'a.json': '{"a":2,"b":1}\n' },
      { 'a.json': '{"a":1,"b":2}\n' },
    ],
  ])('%s', async (_, base, ours, theirs) => {
    const { git, here } = await both(base, ours, theirs);
    expect(here).toEqual(git);
  });

  test('for a file and a folder at one path, of which one is renamed after its side', () => {
    const merged = mergeFileTrees({
      base: treeOf({ k: '' }),
      ours: treeOf({ k: '', thing: 'a file\n' }),
      theirs: treeOf({ k: '', 'thing/inside': 'y\n' }),
      labels: { ours: 'say/hello' },
    });
    expect(merged.conflicts).toMatchObject([{ path: 'thing~say_hello', kind: 'type', theirs: null }]);
    expect([...merged.tree.keys()].sort()).toEqual(['k', 'thing/inside', 'thing~say_hello']);
    const turned = mergeFileTrees({
      base: treeOf({ k: '' }),
      ours: treeOf({ k: '', 'thing/inside': 'y\n' }),
      theirs: treeOf({ k: '', thing: 'a file\n' }),
    });
    expect(turned.conflicts).toMatchObject([{ path: 'thing~theirs', kind: 'type', ours: null }]);
  });

  test('for a link and a file, a folder split over two folders, and a rename onto a file that the other side added', () => {
    const kinds = (base: FixtureFiles, ours: FixtureFiles, theirs: FixtureFiles) =>
      mergeFileTrees({ base: treeOf(base), ours: treeOf(ours), theirs: treeOf(theirs) }).conflicts.map(
        ({ path, kind }) => `${path}: ${kind}`,
      );
    expect(kinds({ k: '' }, { k: '', a: link('k') }, { k: '', a: 'file' })).toEqual(['a: type']);
    const two = { 'old/1': lines(9), 'old/2': lines(19) };
    const apart = { 'x/1': lines(9), 'y/2': lines(19) };
    expect(kinds(two, apart, { ...two, 'old/new': '' })).toEqual(['old/new: rename']);
    expect(kinds({ 'in/1': lines(9) }, { 1: lines(9) }, { 'in/1': lines(9), 'in/new': '' })).toEqual(['new: rename']);
    expect(kinds({ a: lines(20), k: '' }, { b: lines(20), k: '' }, { a: lines(20), b: 'new\n', k: '' })).toEqual([
      'b: rename',
    ]);
  });

  test('for a link renamed onto an equal link, and a rename onto a file added by the side that deleted it', () => {
    const merged = (base: FixtureFiles, ours: FixtureFiles, theirs: FixtureFiles) =>
      mergeFileTrees({ base: treeOf(base), ours: treeOf(ours), theirs: treeOf(theirs) });
    const links = merged({ a: link('k'), k: '' }, { b: link('k'), k: '' }, { a: link('k'), b: link('k'), k: '' });
    expect(links.conflicts).toMatchObject([{ path: 'b', kind: 'rename', hunks: [] }]);
    expect(leavesOf(links.tree).b).toEqual(link('k'));
    const gone = merged({ a: lines(20), k: '' }, { b: 'new\n', k: '' }, { b: lines(20), k: '' });
    expect(gone.conflicts).toMatchObject([
      {
        path: 'b',
        message: 'a was renamed to b on one side and deleted on the other',
        ours: { content: Buffer.from('new\n') },
        theirs: { content: Buffer.from(lines(20)) },
      },
    ]);
  });

  test('for many deleted files, which are followed if they did not change', () => {
    const many = (name: string, extra: string) =>
      treeOf(Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`${name}/${i}`, `${lines(3)}${i}\n${extra}`])));
    const merged = mergeFileTrees({ base: many('a', ''), ours: many('b', ''), theirs: many('a', '') });
    expect([merged.clean, merged.tree.size, merged.tree.has('b/1')]).toEqual([true, 600, true]);
    expect(mergeFileTrees({ base: many('a', ''), ours: many('b', 'x\n'), theirs: many('a', 'y\n') }).clean).toBe(false);
  });
});

test('the outcome, the conflicts and the clean trees are the same for 400 generated merges', async () => {
  const seed = testSeed('trees without git');
  const rounds = Array.from({ length: 400 }, (_, i) => randomTrees(createRandomSource(seed + i)));
  const oids = repository.trees(rounds.flat());
  const clean: { ours: Map<string, FileEntry>; theirs: string }[] = [];
  let conflicts = 0;
  for (const [i, [base, ours, theirs]] of rounds.entries()) {
    const [b = '', o = '', t = ''] = oids.slice(i * 3, i * 3 + 3);
    const git = await merger.merge({ base: b, ours: o, theirs: t, alias: 'app', theirsPlanId: 'theirs' });
    const here = mergeFileTrees({ base: treeOf(base), ours: treeOf(ours), theirs: treeOf(theirs) });
    const paths = git.clean ? [] : git.conflicts.map(({ path }) => path);
    expect({ i, paths: here.conflicts.map(({ path }) => path).sort() }).toEqual({ i, paths: paths.sort() });
    if (git.clean) clean.push({ ours: here.tree, theirs: git.treeOid });
    else conflicts++;
  }
  expect(conflicts).toBeGreaterThan(50);
  expect(clean.length).toBeGreaterThan(100);
  const written = repository.trees(clean.map(({ ours }) => leavesOf(ours)));
  expect(written).toEqual(clean.map(({ theirs }) => theirs));
}, 120_000);
