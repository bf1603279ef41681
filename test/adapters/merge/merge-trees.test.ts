import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { mergeTrees, openTreeMerger, type TreeMerge } from '../../../src/merge.ts';
import { type FixtureFiles, MergeRepository } from './tree-fixture.ts';

const lines = (count: number, edits: Record<number, string> = {}) =>
  Array.from({ length: count }, (_, i) => `${edits[i + 1] ?? `line ${i + 1}`}\n`).join('');
const oid = (digit: string) => digit.repeat(40);

async function merge(
  repository: MergeRepository,
  base: FixtureFiles,
  ours: FixtureFiles,
  theirs: FixtureFiles,
): Promise<TreeMerge> {
  const sides = repository.threeWay(base, ours, theirs);
  const merged = await mergeTrees({ repoDir: repository.directory, ...sides, theirsPlanId: 'PLAN', alias: 'app' });
  return merged;
}

function conflictsOf(merged: TreeMerge) {
  if (merged.clean) throw new Error('the merge is clean');
  return merged.conflicts;
}

const kindsOf = (merged: TreeMerge) => Object.fromEntries(conflictsOf(merged).map(({ path, kind }) => [path, kind]));

describe('mergeTrees merges like git', () => {
  test('for content, additions, deletions, renames, modes, symlinks and binaries in one merge', async () => {
    using repository = new MergeRepository();
    const base = { f: lines(20), moved: lines(30), gone: 'x', tool: 'x', bin: 'a\0b', kept: 'k' };
    const merged = await merge(
      repository,
      base,
      { f: lines(20, { 3: 'ours' }), moved: lines(30, { 9: 'edited' }), tool: 'x', bin: 'a\0b', kept: 'k', new: 'n' },
      {
        f: lines(20, { 15: 'theirs' }),
        'to/here': lines(30),
        gone: 'x',
        tool: { mode: '100755', content: 'x' },
        bin: 'a\0c',
        kept: 'k',
        link: { mode: '120000', content: 'kept' },
      },
    );
    expect(merged).toEqual({
      clean: true,
      treeOid: expect.stringMatching(/^[0-9a-f]{40}$/),
      engines: { f: 'merge-ort' },
    });
    expect(repository.paths(merged.treeOid)).toEqual(['bin', 'f', 'kept', 'link', 'new', 'to/here', 'tool']);
    expect(repository.read(merged.treeOid, 'f')).toBe(lines(20, { 3: 'ours', 15: 'theirs' }));
    expect(repository.read(merged.treeOid, 'to/here')).toBe(lines(30, { 9: 'edited' }));
    expect(repository.read(merged.treeOid, 'bin')).toBe('a\0c');
    expect(repository.git('ls-tree', merged.treeOid, 'link', 'tool').replace(/ blob .*\t/g, ' ')).toBe(
      '120000 link\n100755 tool',
    );
  });

  test('for a side without changes, which yields; commits and trees are both accepted', async () => {
    using repository = new MergeRepository();
    const { base, ours, theirs } = repository.threeWay({ a: '1' }, { a: '2' }, { a: '3' });
    const tree = (commit: string) => repository.git('rev-parse', `${commit}^{tree}`);
    await using merger = openTreeMerger({ gitDir: repository.directory });
    const of = { alias: 'app', theirsPlanId: 'PLAN' };
    const answer = (treeOid: string) => ({ clean: true, treeOid, engines: {} });
    expect(await merger.merge({ base, ours: tree(base), theirs, ...of })).toEqual(answer(tree(theirs)));
    expect(await merger.merge({ base: tree(base), ours, theirs: base, ...of })).toEqual(answer(tree(ours)));
    expect(await merger.merge({ base, ours, theirs: tree(ours), ...of })).toEqual(answer(tree(ours)));
    expect((await merger.merge({ base, ours, theirs: tree(theirs), ...of })).clean).toBe(false);
  });

  test('with the given base instead of the one from history', async () => {
    using repository = new MergeRepository();
    const { base, ours, theirs } = repository.threeWay(
      { f: lines(9) },
      { f: lines(9, { 2: 'x' }) },
      { f: lines(9, { 8: 'y' }) },
    );
    const merged = await mergeTrees({ repoDir: repository.directory, base: ours, ours: base, theirs });
    expect(merged.clean).toBe(true);
    expect(repository.read(merged.treeOid, 'f')).toBe(lines(9, { 8: 'y' }).replace('line 2', 'line 2'));
  });

  test('in a repository with SHA-256 ids', async () => {
    using repository = new MergeRepository('--object-format=sha256');
    const merged = await merge(repository, { f: 'a\n' }, { f: 'b\n' }, { f: 'c\n' });
    expect(merged.treeOid).toHaveLength(64);
    expect(repository.read(merged.treeOid, 'f')).toBe('<<<<<<< ours\nb\n||||||| base\na\n=======\nc\n>>>>>>> PLAN\n');
    expect(repository.git('fsck', '--strict')).not.toContain('error');
  });

  test('without effect of the user’s configuration on outcome or markers', async () => {
    using repository = new MergeRepository();
    for (const [key, value] of [
      ['merge.conflictStyle', 'diff3'],
      ['merge.renames', 'false'],
      ['merge.default', 'union'],
      ['commit.gpgSign', 'true'],
      ['core.hooksPath', '/nonexistent'],
      ['i18n.commitEncoding', 'latin1'],
    ] as const) {
      repository.git('config', key, value);
    }
    const merged = await merge(
      repository,
      { f: 'a\n', m: lines(30) },
      { f: 'b\n', m: lines(30, { 3: 'x' }) },
      { f: 'c\n', n: lines(30) },
    );
    expect(kindsOf(merged)).toEqual({ f: 'content' });
    expect(repository.read(merged.treeOid, 'f')).toBe('<<<<<<< ours\nb\n||||||| base\na\n=======\nc\n>>>>>>> PLAN\n');
    expect(repository.read(merged.treeOid, 'n')).toBe(lines(30, { 3: 'x' }));
  });

  test('with the attributes of a work tree', async () => {
    using repository = new MergeRepository();
    const { base, ours, theirs } = repository.threeWay({ log: 'a\n' }, { log: 'b\na\n' }, { log: 'c\na\n' });
    const checkout = `${repository.directory}/checkout`;
    repository.git('clone', '--quiet', '--no-checkout', repository.directory, checkout);
    repository.git('-C', checkout, 'fetch', '--quiet', 'origin', base, ours, theirs);
    spawnSync('sh', ['-c', 'echo "log merge=union" > .gitattributes'], { cwd: checkout });
    const merged = await mergeTrees({ repoDir: checkout, base, ours, theirs });
    expect(merged.clean).toBe(true);
    expect(repository.git('-C', checkout, 'cat-file', 'blob', `${merged.treeOid}:log`)).toBe('b\nc\na');
  });

  test('without changing refs, index or checkout, and its objects can be collected', async () => {
    using repository = new MergeRepository();
    const sides = repository.threeWay({ a: '1' }, { a: '2' }, { a: '3' });
    const refs = repository.git('for-each-ref');
    await mergeTrees({ repoDir: repository.directory, ...sides });
    expect(repository.git('for-each-ref')).toBe(refs);
    expect(repository.git('fsck', '--strict', '--unreachable')).toContain('unreachable commit');
    repository.git('gc', '--quiet', '--prune=now');
    expect(repository.git('fsck', '--strict', '--unreachable')).toBe('');
  });
});

describe('mergeTrees returns every conflict as an object', () => {
  test('for content: ids and modes of the three sides, and the file with markers', async () => {
    using repository = new MergeRepository();
    const merged = await merge(repository, { 'a/f': 'a\n', z: '' }, { 'a/f': 'b\n', z: '' }, { 'a/f': 'c\n', z: '' });
    const blob = (content: string) => repository.run(['hash-object', '--stdin'], content).toString().trim();
    const marked = '<<<<<<< ours\nb\n||||||| base\na\n=======\nc\n>>>>>>> PLAN\n';
    expect(merged).toEqual({
      clean: false,
      treeOid: expect.any(String),
      engines: { 'a/f': 'merge-ort' },
      conflicts: [
        {
          conflictId: 'PLAN:a/f',
          alias: 'app',
          path: 'a/f',
          kind: 'content',
          base: { oid: blob('a\n'), mode: '100644', planIds: [], goals: [] },
          ours: { oid: blob('b\n'), mode: '100644', planIds: [], goals: [] },
          theirs: { oid: blob('c\n'), mode: '100644', planIds: ['PLAN'], goals: [] },
          markedOid: blob(marked),
          message: 'CONFLICT (content): Merge conflict in a/f',
          hunks: [
            {
              base: { start: 0, length: 1 },
              ours: { start: 0, length: 1 },
              theirs: { start: 0, length: 1 },
              taken: null,
            },
          ],
        },
      ],
    });
    expect(repository.read(merged.treeOid, 'a/f')).toBe(marked);
    expect(repository.paths(merged.treeOid)).toEqual(['a/f', 'z']);
    expect(repository.git('fsck', '--strict')).not.toContain('error');
  });

  test('for add/add, binary, delete/modify on either side, mode and submodule', async () => {
    using repository = new MergeRepository();
    const keep = { keep: '' };
    const merged = await merge(
      repository,
      { ...keep, bin: 'a\0', gone: lines(9), away: lines(8), sub: { mode: '160000', content: oid('1') } },
      {
        ...keep,
        added: 'x\n',
        bin: 'b\0',
        away: lines(8, { 1: 'mine' }),
        sub: { mode: '160000', content: oid('2') },
        script: { mode: '100755', content: 's' },
      },
      {
        ...keep,
        added: 'y\n',
        bin: 'c\0',
        gone: lines(9, { 1: 'theirs' }),
        sub: { mode: '160000', content: oid('3') },
        script: 's',
      },
    );
    expect(kindsOf(merged)).toEqual({
      added: 'add/add',
      away: 'delete/modify',
      bin: 'binary',
      gone: 'delete/modify',
      script: 'mode',
      sub: 'type',
    });
    const found = Object.fromEntries(conflictsOf(merged).map(conflict => [conflict.path, conflict]));
    expect(found.gone?.ours).toMatchObject({ oid: null, mode: null });
    expect(found.away?.theirs).toMatchObject({ oid: null, mode: null, planIds: ['PLAN'] });
    expect(found.added?.base.oid).toBeNull();
    expect(
      Object.entries(found)
        .filter(([, { markedOid }]) => markedOid !== null)
        .map(([path]) => path),
    ).toEqual(['added']);
    expect(found.gone?.message).toBe(
      'CONFLICT (modify/delete): gone deleted in ours and modified in PLAN.  Version PLAN of gone left in tree.',
    );
  });

  test('for renames to two names, and renames of a deleted file', async () => {
    using repository = new MergeRepository();
    const merged = await merge(
      repository,
      { two: lines(20), lost: lines(25).toUpperCase(), keep: '' },
      { left: lines(20), keep: '' },
      { right: lines(20), found: lines(25).toUpperCase(), keep: '' },
    );
    expect(kindsOf(merged)).toEqual({ two: 'rename', left: 'rename', right: 'rename', found: 'rename' });
    expect(conflictsOf(merged).find(({ path }) => path === 'two')).toMatchObject({
      ours: { oid: null },
      theirs: { oid: null },
    });
  });

  test('for a new file in a folder that the other side renamed', async () => {
    using repository = new MergeRepository();
    const folder = (name: string, more: FixtureFiles = {}) => ({
      ...Object.fromEntries([1, 2, 3].map(i => [`${name}/${i}`, lines(10 * i)])),
      ...more,
    });
    const merged = await merge(repository, folder('old'), folder('new'), folder('old', { 'old/added': 'x\n' }));
    expect(kindsOf(merged)).toEqual({ 'new/added': 'rename' });
  });

  test('for a file and a folder, and a file and a symlink, side by side under names with their side', async () => {
    using repository = new MergeRepository();
    const merged = await merge(
      repository,
      { keep: '', change: 'x\n' },
      { keep: '', thing: 'a file\n', change: { mode: '120000', content: 'keep' } },
      { keep: '', 'thing/inside': 'y\n', change: 'y\n' },
    );
    const kinds = kindsOf(merged);
    expect(kinds['thing~ours']).toBe('type');
    expect(new Set(Object.values(kinds))).toEqual(new Set(['type']));
    expect(repository.paths(merged.treeOid)).toEqual(expect.arrayContaining(['thing/inside', 'thing~ours']));
    expect(repository.read(merged.treeOid, 'thing~ours')).toBe('a file\n');
    expect(conflictsOf(merged).every(({ path }) => !/[0-9a-f]{40}/.test(path))).toBe(true);
  });

  test('without reusing an existing name', async () => {
    using repository = new MergeRepository();
    const merged = await merge(
      repository,
      { keep: '', 'thing~ours': 'here first\n' },
      { keep: '', 'thing~ours': 'here first\n', thing: 'a file\n' },
      { keep: '', 'thing~ours': 'here first\n', 'thing/inside': 'y\n' },
    );
    const [conflict] = conflictsOf(merged);
    expect(conflict?.path).toMatch(/^thing~[0-9a-f]{40}$/);
    expect(repository.read(merged.treeOid, 'thing~ours')).toBe('here first\n');
    expect(repository.read(merged.treeOid, conflict?.path ?? '')).toBe('a file\n');
  });

  test('for names with spaces, quotes, newlines, tabs and letters of any script', async () => {
    using repository = new MergeRepository();
    const names = ['a b', 'q"uote', 'new\nline', 'tab\there', 'größe/日本', '-dash', 'back\\slash'];
    const all = (content: string) => Object.fromEntries(names.map(name => [name, content]));
    const merged = await merge(repository, all('a\n'), all('b\n'), all('c\n'));
    expect(Object.keys(kindsOf(merged)).sort()).toEqual([...names].sort());
    expect(repository.paths(merged.treeOid).sort()).toEqual([...names].sort());
    const marked = conflictsOf(merged).map(({ path }) => repository.read(merged.treeOid, path));
    expect(new Set(marked)).toEqual(new Set(['<<<<<<< ours\nb\n||||||| base\na\n=======\nc\n>>>>>>> PLAN\n']));
  });

  test('without changing text that looks like a marker', async () => {
    using repository = new MergeRepository();
    const quoted = '<<<<<<< HEAD\n';
    const merged = await merge(
      repository,
      { f: `${quoted}1\n2\na\n` },
      { f: `${quoted}1\n2\nb\n` },
      { f: `${quoted}1\n2\nc\n` },
    );
    expect(repository.read(merged.treeOid, 'f').startsWith(`${quoted}1\n2\n<<<<<<< ours\nb\n`)).toBe(true);
  });
});
