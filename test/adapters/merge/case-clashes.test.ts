import { describe, expect, test } from 'vitest';
import { type FileTree, mergeFileTrees, mergeTrees, openTreeMerger } from '../../../src/merge.ts';
import { type FixtureFiles, MergeRepository } from './tree-fixture.ts';

const tree = (leaves: Record<string, string>): FileTree =>
  new Map(Object.entries(leaves).map(([path, content]) => [path, { mode: '100644', content: Buffer.from(content) }]));
const base = { 'docs/a.md': 'a\n', README: 'r\n' };

async function merged(repository: MergeRepository, from: FixtureFiles, ours: FixtureFiles, theirs: FixtureFiles) {
  return mergeTrees({
    repoDir: repository.directory,
    ...repository.threeWay(from, ours, theirs),
    theirsPlanId: 'PLAN',
  });
}

describe('[R170] paths that differ only in case, one added by each side', () => {
  test.each([
    ['in one folder', 'docs/Guide.md', 'docs/guide.md'],
    ['in folders that differ in case', 'Notes/guide.md', 'notes/guide.md'],
    ['one in an existing folder', 'docs/x/y.md', 'Docs/x/Y.md'],
    ['in non-ASCII letters', 'docs/ÄRGER.md', 'docs/ärger.md'],
  ])('%s are a conflict of kind case', async (_, mine, other) => {
    using repository = new MergeRepository();
    const found = await merged(repository, base, { ...base, [mine]: 'ours\n' }, { ...base, [other]: 'theirs\n' });
    if (found.clean) throw new Error('the names differ in case only');
    expect(found.conflicts).toMatchObject([{ path: mine, kind: 'case', base: { oid: null }, hunks: [] }]);
    const [conflict] = found.conflicts;
    expect(conflict?.message).toBe(`ours added ${mine}, and PLAN added ${other}; the names differ in case only`);
    const content = (oid: string | null | undefined) => repository.git('cat-file', 'blob', String(oid));
    expect([conflict?.ours.oid, conflict?.theirs.oid].map(content)).toEqual(['ours', 'theirs']);
    expect(repository.paths(found.treeOid).toSorted()).toEqual(['README', 'docs/a.md', mine].toSorted());

    const files = mergeFileTrees({
      base: tree(base),
      ours: tree({ ...base, [mine]: 'o' }),
      theirs: tree({ ...base, [other]: 't' }),
    });
    expect(files.conflicts).toMatchObject([{ path: mine, kind: 'case', base: null }]);
    expect([...files.tree.keys()].toSorted()).toEqual(['README', 'docs/a.md', mine].toSorted());
  });

  test('a file and a folder conflict at the path of the file', async () => {
    using repository = new MergeRepository();
    const found = await merged(repository, base, { ...base, Build: 'x\n' }, { ...base, 'build/out': 'y\n' });
    expect(found).toMatchObject({ clean: false, conflicts: [{ path: 'Build', kind: 'case', theirs: { oid: null } }] });
  });

  test('children that add such paths are not merged in one step', async () => {
    using repository = new MergeRepository();
    await using merger = openTreeMerger({ gitDir: repository.directory });
    const [start = '', ...children] = repository.trees([base, { ...base, Makefile: 'a' }, { ...base, makefile: 'b' }]);
    const request = { ours: start, children: children.map(theirs => ({ base: start, theirs })) };
    expect((await merger.mergeDisjoint(request)).folded).toBe(1);
  });

  test.each<[string, FixtureFiles, FixtureFiles, FixtureFiles]>([
    [
      'both existed before',
      { ...base, readme: 's\n' },
      { ...base, readme: 'o\n' },
      { ...base, README: 't\n', readme: 's\n' },
    ],
    [
      'one side changed the case of a name, and the other the file',
      base,
      { 'docs/a.md': 'a\n', ReadMe: 'r\n' },
      { ...base, 'docs/a.md': 'b\n' },
    ],
    ['one side added both', base, { ...base, x: '1\n', X: '2\n' }, { ...base, y: '1\n' }],
    ['both added the same', base, { ...base, x: '1\n' }, { ...base, x: '1\n' }],
    ['folders of both that differ in case', base, { ...base, 'Notes/a': '1\n' }, { ...base, 'notes/b': '1\n' }],
  ])('%s: no conflict', async (_, from, ours, theirs) => {
    using repository = new MergeRepository();
    expect((await merged(repository, from, ours, theirs)).clean).toBe(true);
  });
});
