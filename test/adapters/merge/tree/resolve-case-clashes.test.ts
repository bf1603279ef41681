import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contestedPaths } from '../../../../src/adapters/merge/tree/conflicts.ts';
import { ObjectDatabase } from '../../../../src/adapters/merge/tree/objects.ts';
import { resolveCaseClashes } from '../../../../src/adapters/merge/tree/resolve-case-clashes.ts';
import { MergeRepository } from '../tree-fixture.ts';

test('Of two names that differ in case the tree keeps ours, and a folder beside a file', async () => {
  using repository = new MergeRepository();
  const place = { gitDir: repository.directory, directory: repository.directory, env: process.env };
  const objects = new ObjectDatabase(place, join(repository.directory, 'objects'));
  const [tree = ''] = repository.trees([{ a: '1', A: '2', 'b/x': '3', B: '4', c: '5', 'C/x': '6', d: '7', D: '8' }]);
  const entries = new Map((await objects.entries(tree)).map(entry => [entry.name, entry]));
  const side = (path: string) => ({ path, entry: entries.get(path) ?? { mode: '100644', name: path, oid: 'none' } });
  const clash = (ours: string, theirs: string) => ({ ours: side(ours), theirs: side(theirs) });
  const clashes = [clash('a', 'A'), clash('b', 'B'), clash('c', 'C'), clash('d', 'D'), clash('e', 'E')];
  const of = { alias: 'app', theirsPlanId: 'P' };
  const resolved = await resolveCaseClashes({ objects, output: { tree }, of }, clashes, new Set(['D']));
  const gone = { path: 'A', before: entries.get('A'), after: null };
  expect(resolved.map(({ path, changes }) => ({ path, changes }))).toEqual([
    { path: 'a', changes: [gone] },
    { path: 'B', changes: [] },
    { path: 'c', changes: [] },
  ]);
  expect(resolved.map(({ conflict }) => [conflict.kind, conflict.ours.oid, conflict.theirs.oid])).toEqual([
    ['case', entries.get('a')?.oid, entries.get('A')?.oid],
    ['case', null, entries.get('B')?.oid],
    ['case', entries.get('c')?.oid, null],
  ]);
  await objects.close();
});

test('A conflict that git reports without stages is one of its first path', () => {
  const message = (type: string, ...paths: string[]) => ({ type, paths, text: `${type}\n` });
  const lonely = message('CONFLICT (directory rename split)', 'a', 'b');
  const messages = [lonely, message('Auto-merging', 'c'), message('CONFLICT (contents)')];
  expect(contestedPaths({ clean: false, tree: '', stages: [], messages })).toEqual([
    { path: 'a', stages: {}, messages: [lonely] },
  ]);
  const stage = { mode: '100644', name: 'b', oid: '1', stage: 2 as const, path: 'b' };
  expect(contestedPaths({ clean: false, tree: '', stages: [stage], messages })).toEqual([
    { path: 'b', stages: { 2: stage }, messages: [lonely] },
  ]);
});
