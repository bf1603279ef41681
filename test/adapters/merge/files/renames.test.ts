import { expect, test } from 'vitest';
import type { FileEntry } from '../../../../src/adapters/merge/files/file-tree.ts';
import { findRenames } from '../../../../src/adapters/merge/files/renames.ts';
import { indexChunks, Similar } from '../../../../src/adapters/merge/files/similarity.ts';
import { WorkBudget, WorkMovedToThread } from '../../../../src/adapters/merge/text/work-budget.ts';

const lines = (...numbers: number[]) => numbers.map(number => `line number ${number}\n`).join('');
const file = (text: string, mode: FileEntry['mode'] = '100644'): FileEntry => ({ mode, content: Buffer.from(text) });
const tree = (files: Record<string, string | FileEntry>) =>
  new Map(Object.entries(files).map(([path, of]) => [path, typeof of === 'string' ? file(of) : of]));

const text = lines(1, 2, 3, 4, 5, 6);

test.each<[string, Parameters<typeof tree>[0], Parameters<typeof tree>[0], [string, string][]]>([
  [
    'two equal files, each by its name',
    { 'a/x': text, 'a/y': text },
    { 'b/y': text, 'b/x': text },
    [
      ['a/y', 'b/y'],
      ['a/x', 'b/x'],
    ],
  ],
  ['an empty file is none', { 'a/x': '' }, { 'b/z': '' }, []],
  ['a link is not similar to a file', { 'a/x': file(text, '120000') }, { 'b/x': `${text}more\n` }, []],
  ['a file is not similar to a link', { 'a/x': text }, { 'b/x': file(`${text}more\n`, '120000') }, []],
  ['the most similar of two', { x: text }, { y: lines(1, 2, 3, 4, 9, 10), z: lines(1, 2, 3, 4, 5, 9) }, [['x', 'z']]],
  ['the most similar for one', { x: lines(1, 2, 3, 4, 5, 9), y: lines(1, 2, 3, 4, 9, 10) }, { z: text }, [['x', 'z']]],
  ['less than a half', { x: text }, { y: lines(1, 2, 9, 10, 11, 12) }, []],
])('Renames: %s', (_, base, side, renames) => {
  expect([...findRenames(tree(base), tree(side))]).toEqual(renames);
});

test('The search continues in another thread when it takes too long in this one', () => {
  const work = new WorkBudget(Number.POSITIVE_INFINITY, 1);
  expect(() => findRenames(tree({ x: text }), tree({ y: lines(1, 2, 3, 4, 5, 9) }), work)).toThrow(WorkMovedToThread);
});

test('A file is compared with every file when most of it is in many files', () => {
  const files = Array.from({ length: 60 }, (_, index) => ({
    path: `${index}`,
    print: indexChunks(Buffer.from(lines(1, 2, 3) + lines(100 + index))),
  }));
  const similar = new Similar(
    [...files, { path: 'long', print: indexChunks(Buffer.from(text + text)) }],
    new WorkBudget(1e6),
  );
  const print = indexChunks(Buffer.from(lines(1, 2, 3, 7)));
  expect(similar.to(print, 0.7).map(({ path }) => path)).toEqual(files.map(({ path }) => path));
  expect(similar.to(print, 0.8)).toEqual([]);
});
