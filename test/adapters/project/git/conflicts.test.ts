import { expect, test } from 'vitest';
import { MergeThread } from '../../../../src/adapters/merge/thread/file-merger.ts';
import { applyResolution, inspectConflict, unresolvedReason } from '../../../../src/adapters/project/git/conflicts.ts';
import { Conflict } from '../../../../src/model/conflict.ts';

const contents: Record<string, string> = {
  base: 'a\nb\nc\n',
  ours: 'a\no\nc\n',
  theirs: 'a\nt\nc\n',
  own: 'mine\n',
  bytes: 'a\0b',
};

/** Blobs by name; a written blob has its content as its id. */
const blobs = {
  thread: new MergeThread(),
  read: async (oid: string) => Buffer.from(contents[oid] ?? oid),
  write: async (content: Buffer) => content.toString(),
};

const side = (oid: string | null, mode: string | null = '100644', planIds: string[] = []) => ({ oid, mode, planIds });
const line = { start: 1, length: 1 };
const hunk = { base: line, ours: line, theirs: line, taken: null };

function conflict(of: Partial<(typeof Conflict)['_input']> = {}): Conflict {
  return Conflict.parse({
    ...{ conflictId: 'PLAN:f', alias: 'main', path: 'f', kind: 'content', markedOid: null, message: '' },
    ...{ base: side('base'), ours: side('ours'), theirs: side('theirs'), hunks: [hunk], ...of },
  });
}

test('choosing a side gives its blob with its mode, or nothing if it has none', async () => {
  const of = conflict({ ours: side('ours', '100755'), theirs: side(null, null) });
  expect(await applyResolution(blobs, of, { take: 'ours' })).toEqual({ path: 'f', oid: 'ours', mode: '100755' });
  expect(await applyResolution(blobs, of, { take: 'theirs' })).toEqual({ path: 'f', oid: null });
});

test('the result of an agent cannot be requested before the agent has run', async () => {
  await expect(applyResolution(blobs, conflict(), { take: 'actor', actor: null })).rejects.toThrow(
    /only when it has worked/,
  );
});

test.each([
  ['that of both sides', '100644', '100644', '100644', '100644'],
  ['changed by theirs', '100644', '100644', '100755', '100755'],
  ['changed by ours', '100644', '100755', '100644', '100755'],
  ['that of ours if theirs deleted the file', '100644', '100644', null, '100644'],
  ['that of theirs if ours deleted the file', '100644', null, '100755', '100755'],
  ['the default if no side has a file', null, '120000', '160000', '100644'],
])('given content has the mode of a file: %s', async (_, base, ours, theirs, mode) => {
  const of = conflict({ base: side('base', base), ours: side('ours', ours), theirs: side('theirs', theirs) });
  expect((await applyResolution(blobs, of, { take: 'content', oid: 'own', mode: null })).mode).toBe(mode);
  expect((await applyResolution(blobs, of, { take: 'content', oid: 'own', mode: '100600' })).mode).toBe('100600');
});

test('a hunk is resolved with a side or with given text, and the other hunks stay unchanged', async () => {
  const sided = await applyResolution(blobs, conflict(), { take: 'hunk', hunk: 1, pick: 'theirs' });
  expect(sided.oid).toBe(contents.theirs);
  const worded = await applyResolution(blobs, conflict(), { take: 'hunk', hunk: 1, pick: { oid: 'own' } });
  expect(worded.oid).toBe('a\nmine\nc\n');
});

test('hunks that do not match the sides are an UNKNOWN_CONFLICT', async () => {
  const pick = { take: 'hunk', hunk: 1, pick: 'ours' } as const;
  for (const of of [{ hunks: [hunk, hunk] }, { ours: side(null, null) }, { theirs: side(null, null) }]) {
    await expect(applyResolution(blobs, conflict(of), pick)).rejects.toMatchObject({ code: 'UNKNOWN_CONFLICT' });
  }
});

test('a file with hunks is shown with markers and the content of each side', async () => {
  const { content, hunks } = await inspectConflict(blobs, conflict());
  expect(hunks).toEqual([{ base: 'b\n', ours: 'o\n', theirs: 't\n' }]);
  expect(content?.toString()).toMatch(/<<<<<<< ours\no\n(?:.*\n)*t\n>>>>>>> theirs\n/);
  const none = { start: 0, length: 0 };
  const added = conflict({
    ...{ base: side(null, null), ours: side('o\n'), theirs: side('t\n', '100644', ['PLAN']) },
    hunks: [{ base: none, ours: { start: 0, length: 1 }, theirs: { start: 0, length: 1 }, taken: null }],
  });
  const both = await inspectConflict(blobs, added);
  expect(both.hunks).toEqual([{ base: '', ours: 'o\n', theirs: 't\n' }]);
  expect(both.content?.toString()).toContain('>>>>>>> PLAN\n');
});

test('the sides of a resource conflict are its descriptions, and empty without one', async () => {
  const values = { base: '1', ours: '2', theirs: '3' };
  const { content, hunks } = await inspectConflict(
    blobs,
    conflict({ resource: 'db', hunks: [{ ...hunk, texts: values }, hunk] }),
  );
  expect(content).toBeNull();
  expect(hunks).toEqual([values, { base: '', ours: '', theirs: '' }]);
});

test.each([
  ['the file with markers', { markedOid: 'own' }, 'mine\n'],
  ['ours if theirs deleted it', { theirs: side(null) }, contents.ours],
  ['theirs if ours deleted it', { ours: side(null) }, contents.theirs],
  ['the base if both deleted it', { ours: side(null), theirs: side(null) }, contents.base],
  ['nothing if both sides have it without markers', {}, undefined],
  ['nothing for a binary file', { kind: 'binary', theirs: side(null) } as const, undefined],
  ['nothing for a file with a NUL byte', { markedOid: 'bytes' }, undefined],
])('a conflict without hunks shows %s', async (_, of, shown) => {
  const { content, hunks } = await inspectConflict(blobs, conflict({ hunks: [], ...of }));
  expect(content?.toString()).toBe(shown);
  expect(hunks).toEqual([]);
});

test('a file is not resolved while it has a conflict marker, or while it has an error that its sides do not have', async () => {
  const named = conflict({ theirs: side('theirs', '100644', ['PLAN']) });
  expect(await unresolvedReason(blobs, named, Buffer.from('a\r\n>>>>>>> PLAN\r\n'))).toContain('">>>>>>> PLAN"');
  expect(await unresolvedReason(blobs, conflict(), Buffer.from('<<<<<<< ours\n'))).toContain('"<<<<<<< ours"');
  expect(await unresolvedReason(blobs, named, Buffer.from('>>>>>>> theirs\n'))).toBeNull();
  const json = conflict({ path: 'f.json', base: side(null, null), ours: side('{"a": 1}'), theirs: side('{"a": 2}') });
  expect(await unresolvedReason(blobs, json, Buffer.from('{"a": 1, "a": 2}'))).toContain('twice');
  expect(await unresolvedReason(blobs, json, Buffer.from('{"a": 3}'))).toBeNull();
});
