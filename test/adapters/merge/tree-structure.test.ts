import { describe, expect, test } from 'vitest';
import { mergeTrees } from '../../../src/merge.ts';
import { lockFiles } from './structure/lock-files.ts';
import { type FixtureFiles, MergeRepository } from './tree-fixture.ts';

const object = (...pairs: string[]) => `{\n${pairs.map(pair => `  ${pair}`).join(',\n')}\n}\n`;
const middle = ['"b": 1', '"c": 1', '"d": 1', '"e": 1'];

function merge(repository: MergeRepository, base: FixtureFiles, ours: FixtureFiles, theirs: FixtureFiles) {
  return mergeTrees({
    repoDir: repository.directory,
    ...repository.threeWay(base, ours, theirs),
    theirsPlanId: 'PLAN',
  });
}

describe('a tree merge processes structured files a second time', () => {
  test('and merges by keys what git leaves in conflict, keeping its mode; other conflicts stay', async () => {
    using repository = new MergeRepository();
    const merged = await merge(
      repository,
      { 'app/package.json': object('"a": 1'), text: 'a\n' },
      { 'app/package.json': { mode: '100755', content: object('"a": 1', '"o": 1') }, text: 'b\n' },
      { 'app/package.json': object('"a": 1', '"t": 1'), text: 'c\n' },
    );
    if (merged.clean) throw new Error('text is in conflict');
    expect(merged.conflicts.map(({ path }) => path)).toEqual(['text']);
    expect(merged.engines).toEqual({ 'app/package.json': 'structure', text: 'merge-ort' });
    expect(repository.read(merged.treeOid, 'app/package.json')).toBe(object('"a": 1', '"o": 1', '"t": 1'));
    expect(repository.git('ls-tree', merged.treeOid, 'app/').slice(0, 6)).toBe('100755');
  });

  test('and reports the values of one small map that both sides changed, whether git merged the lines or not', async () => {
    using repository = new MergeRepository();
    const near = (host: string, port: number) => object(`"host": "${host}"`, `"port": ${port}`);
    const far = (host: string, port: number) =>
      object(`"host": "${host}"`, '"a": 1', '"b": 1', '"c": 1', `"port": ${port}`);
    const sides: [string, number][] = [
      ['a', 1],
      ['b', 1],
      ['a', 2],
    ];
    const [base, ours, theirs] = sides.map(side => ({ 'near.json': near(...side), 'far.json': far(...side) }));
    const merged = await merge(repository, base ?? {}, ours ?? {}, theirs ?? {});
    const adjacent = [{ at: [], ours: ['host'], theirs: ['port'] }];
    expect(merged).toMatchObject({
      clean: true,
      engines: { 'near.json': 'structure', 'far.json': 'merge-ort' },
      adjacent: { 'near.json': adjacent, 'far.json': adjacent },
    });
    expect(repository.read(merged.treeOid, 'far.json')).toBe(far('b', 2));
  });

  test('and corrects by keys what lines put into an adjacent entry', async () => {
    using repository = new MergeRepository();
    const [base, ours, theirs] = lockFiles.map(text => ({ 'package-lock.json': text, 'package-lock.txt': text }));
    const merged = await merge(repository, base ?? {}, ours ?? {}, theirs ?? {});
    expect(merged).toMatchObject({
      clean: true,
      engines: { 'package-lock.json': 'structure', 'package-lock.txt': 'merge-ort' },
    });
    const read = (path: string) => JSON.parse(repository.read(merged.treeOid, path));
    expect(read('package-lock.txt').added).toEqual({ version: '100', license: 'MIT', dev: true });
    expect(read('package-lock.json')).toMatchObject({ added: { engines: { node: '18' } }, one: { dev: true } });
  });

  test('and is clean if nothing else is in conflict', async () => {
    using repository = new MergeRepository();
    const merged = await merge(
      repository,
      { 'compose.yml': 'a: 1\n' },
      { 'compose.yml': 'a: 1\nb: 1\n' },
      { 'compose.yml': 'a: 1\nc: 1\n' },
    );
    expect(merged).toMatchObject({ clean: true, engines: { 'compose.yml': 'structure' } });
    expect(repository.read(merged.treeOid, 'compose.yml')).toBe('a: 1\nb: 1\nc: 1\n');
  });

  test('and reports a key that git merged twice as a conflict with both sides', async () => {
    using repository = new MergeRepository();
    const [base, ours, theirs] = [
      object('"a": 1', ...middle, '"z": 1'),
      object('"x": 1', '"a": 1', ...middle, '"z": 1'),
      object('"a": 1', ...middle, '"x": 2', '"z": 1'),
    ];
    const merged = await merge(
      repository,
      { 'a.json': base, k: '' },
      { 'a.json': ours, k: '' },
      { 'a.json': theirs, k: '' },
    );
    if (merged.clean) throw new Error('a key stands twice');
    const [conflict] = merged.conflicts;
    expect(conflict).toMatchObject({
      path: 'a.json',
      kind: 'structure',
      theirs: { planIds: ['PLAN'], mode: '100644' },
    });
    expect(conflict?.message).toBe('the lines of a.json merge, but then it has the key "x" twice in one object');
    const content = (oid: string | null | undefined) => repository.run(['cat-file', 'blob', String(oid)]).toString();
    expect([conflict?.base.oid, conflict?.ours.oid, conflict?.theirs.oid].map(content)).toEqual([base, ours, theirs]);
    expect(repository.read(merged.treeOid, 'a.json')).toContain('<<<<<<< ours\n');
    expect(conflict?.hunks).toHaveLength(2);
  });

  test('even if one side renamed the file', async () => {
    using repository = new MergeRepository();
    const with_ = (...pairs: string[]) => object(...pairs, ...middle, '"f": 1', '"g": 1', '"h": 1');
    const [base, ours, theirs] = [
      with_('"a": 1'),
      with_('"x": 1', '"a": 1'),
      `${with_('"a": 1').slice(0, -3)},\n  "x": 2\n}\n`,
    ];
    const renamed = await merge(
      repository,
      { 'old.json': base, k: '' },
      { 'new.json': ours, k: '' },
      { 'old.json': theirs, k: '' },
    );
    if (renamed.clean) throw new Error('a key stands twice');
    const [conflict] = renamed.conflicts;
    expect(conflict).toMatchObject({ path: 'new.json', kind: 'structure' });
    const content = (oid: string | null | undefined) => repository.run(['cat-file', 'blob', String(oid)]).toString();
    expect([conflict?.base.oid, conflict?.ours.oid, conflict?.theirs.oid].map(content)).toEqual([base, ours, theirs]);
  });

  test('and removes a duplicate key with equal values; valid files stay as git merged them', async () => {
    using repository = new MergeRepository();
    const merged = await merge(
      repository,
      { 'a.json': object(...middle), 'b.json': object(...middle), link: 'x' },
      {
        'a.json': object('"x": 1', ...middle),
        'b.json': object('"o": 1', ...middle),
        link: { mode: '120000', content: 'a' },
      },
      {
        'a.json': object(...middle, '"x": 1'),
        'b.json': object(...middle, '"t": 1').replace('"e": 1,', '"e": 1,'),
        link: 'x',
      },
    );
    expect(merged).toMatchObject({ clean: true, engines: { 'a.json': 'structure', 'b.json': 'merge-ort' } });
    expect(repository.read(merged.treeOid, 'a.json')).toBe(object('"x": 1', ...middle));
  });
});
