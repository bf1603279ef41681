import { expect, test } from 'vitest';
import { conflictingResource, resolveRow, withResources } from '../../../actors/conflicts/resources.ts';
import { Conflict } from '../../../src/model/conflict.ts';
import type { Project } from '../../../src/ports/project.ts';
import type { Resource } from '../../../src/ports/resource.ts';
import { servicesWith } from '../services.ts';

const matches = (globs: string | readonly string[], path: string) => [globs].flat().includes(path);
const trees = { base: 'base', ours: 'ours', theirs: 'theirs', alias: 'main', theirsPlanId: 'PLAN' };
const row = { key: 'people 3', base: '1', ours: '2', theirs: '3' };
const side = (oid: string | null) => ({ oid, mode: '100644' });

/** A project of one file that contains the name of its tree; written trees and blobs are named by their content. */
function projectOf(absent: readonly string[] = []): Project {
  const given: Partial<Project> = {
    read: async tree => (absent.includes(tree) ? null : Buffer.from(tree)),
    blob: async oid => Buffer.from(oid),
    writeBlob: async content => `blob of ${content}`,
    writeTree: async (tree, edits) => `${tree} with ${edits.map(({ oid, mode }) => `${oid} ${mode}`).join()}`,
    resolve: async ({ resolution }) => JSON.stringify(resolution),
  };
  return given as Project;
}

function worldOf(merge: Resource['merge'], paths = ['db']) {
  return servicesWith({ matches, resources: [{ name: 'rows', paths, merge }] });
}

const merging =
  (conflicts: (typeof row)[]): NonNullable<Resource['merge']> =>
  async ({ base, ours, theirs }, resolutions) => ({
    content: Buffer.from(`${base}+${ours}+${theirs} ${JSON.stringify(resolutions)}`),
    conflicts,
  });

const unable: NonNullable<Resource['merge']> = () => Promise.reject(new Error('no such table'));

function conflict(of: Partial<(typeof Conflict)['_input']> = {}): Conflict {
  return Conflict.parse({
    ...{ conflictId: 'PLAN:db', alias: 'main', path: 'db', kind: 'binary', markedOid: null, message: 'binary' },
    ...{ base: side('b'), ours: side('o'), theirs: side('t'), ...of },
  });
}

const clean = { clean: true, treeOid: 'tree', engines: { db: 'merge-ort' } } as const;
const contested = (of: Partial<(typeof Conflict)['_input']> = {}) =>
  ({ clean: false, treeOid: 'tree', engines: {}, conflicts: [conflict(of)] }) as const;

test('a resource that merges replaces a conflict, with the mode of ours', async () => {
  const merged = await withResources(worldOf(merging([])), projectOf(), trees, {
    ...contested(),
    conflicts: [conflict()],
  });
  expect(merged).toEqual({
    clean: true,
    treeOid: 'tree with blob of base+ours+theirs {} 100644',
    engines: { db: 'rows' },
  });
});

test('a row that both sides changed is a conflict of the resource, also when the bytes merged', async () => {
  const merged = await withResources(worldOf(merging([row])), projectOf(['base']), trees, clean);
  if (merged.clean) throw new TypeError('a row is in conflict');
  expect(merged.treeOid).toBe('tree with blob of null+ours+theirs {} undefined');
  expect(merged.conflicts).toMatchObject([
    {
      ...{ conflictId: 'PLAN:db', kind: 'structure', resource: 'rows', message: 'both sides changed people 3' },
      ...{ base: { oid: null }, ours: { oid: 'blob of ours' }, theirs: { planIds: ['PLAN'] } },
      hunks: [{ key: 'people 3', texts: { base: '1', ours: '2', theirs: '3' } }],
    },
  ]);
});

test('when a resource cannot merge, merged bytes become a conflict and a conflict stays', async () => {
  const merged = await withResources(worldOf(unable), projectOf(), trees, clean);
  expect(merged).toMatchObject({
    treeOid: 'tree',
    conflicts: [{ message: 'rows cannot determine how db merges', hunks: [], base: { oid: 'blob of base' } }],
  });
  const known = { ...contested(), conflicts: [conflict()] };
  expect(await withResources(worldOf(unable), projectOf(), trees, known)).toEqual(known);
});

test('a file that no resource merges, or that a side does not have, stays as merged', async () => {
  const rows = merging([row]);
  expect(await withResources(worldOf(null), projectOf(), trees, clean)).toEqual(clean);
  expect(await withResources(worldOf(rows, ['other']), projectOf(), trees, clean)).toEqual(clean);
  expect(await withResources(worldOf(rows), projectOf(['ours']), trees, clean)).toEqual(clean);
  expect(await withResources(worldOf(rows), projectOf(['theirs']), trees, clean)).toEqual(clean);
});

const nowhere = { start: 0, length: 0 };
const hunk = { base: nowhere, ours: nowhere, theirs: nowhere, taken: null };
const ofRows = (of: Partial<(typeof Conflict)['_input']> = {}) =>
  conflict({
    resource: 'rows',
    hunks: [
      { ...hunk, key: 'a', taken: 'theirs' },
      { ...hunk, key: 'b' },
      { ...hunk, key: 'c' },
    ],
    ...of,
  });
const second = { take: 'hunk', hunk: 2, pick: 'base' } as const;

test('a row is resolved together with those resolved before, and the others stay open', async () => {
  const of = (base: string | null) => ({ tree: 'tree', conflict: ofRows({ base: side(base) }), resolution: second });
  for (const base of ['b', null]) {
    const resolved = await resolveRow(worldOf(merging([])), projectOf(), of(base));
    expect(JSON.parse(resolved)).toEqual({
      take: 'content',
      oid: `blob of ${base}+o+t {"a":"theirs","b":"base"}`,
      mode: null,
    });
  }
});

test('a row is resolved only by a resource that merges, from two existing sides', async () => {
  const resolveWith = (merge: Resource['merge'], of: Partial<(typeof Conflict)['_input']> = {}) =>
    resolveRow(worldOf(merge), projectOf(), { tree: 'tree', conflict: ofRows(of), resolution: second });
  const unknown = { code: 'UNKNOWN_CONFLICT' };
  await expect(resolveWith(null)).rejects.toMatchObject(unknown);
  await expect(resolveWith(merging([]), { resource: 'gone' })).rejects.toMatchObject(unknown);
  await expect(resolveWith(merging([]), { ours: side(null) })).rejects.toMatchObject(unknown);
  await expect(resolveWith(merging([]), { theirs: side(null) })).rejects.toMatchObject(unknown);
});

test.each(['both', { oid: 'words' }] as const)('a row cannot be resolved with %o, which is not a side', async pick => {
  const of = {
    tree: 'tree',
    conflict: ofRows({ hunks: [hunk] }),
    resolution: { take: 'hunk', hunk: 1, pick },
  } as const;
  await expect(resolveRow(worldOf(merging([])), projectOf(), of)).rejects.toThrow(
    'something was taken that is no side',
  );
});

test('a resource is in conflict when it cannot be merged and two scopes may touch it', () => {
  const contender = (merge: Resource['merge'], ...scopes: string[][]) =>
    conflictingResource(worldOf(merge), ['db', 'text'], scopes)?.name ?? null;
  expect(contender(null, ['db'], [])).toBe('rows');
  expect(contender(null, ['db'], ['text'])).toBeNull();
  expect(contender(merging([]), ['db'], ['db'])).toBeNull();
  const byFile = servicesWith({
    matches: (globs, path) => [globs].flat().some(glob => glob === path || (glob === '*' && path === 'db')),
    resources: [{ name: 'rows', paths: ['db'], merge: null }],
  });
  expect(conflictingResource(byFile, ['db'], [['*'], ['*']])?.name).toBe('rows');
  expect(conflictingResource(byFile, ['text'], [['*'], ['*']])).toBeNull();
});
