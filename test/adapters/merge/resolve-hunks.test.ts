import { expect, test } from 'vitest';
import { resolveHunks } from '../../../src/adapters/merge/resolve-hunks.ts';

const options = (ours: string, theirs: string) => ({
  path: 'a.txt',
  base: Buffer.from('one\ntwo\nthree'),
  ours: Buffer.from(ours),
  theirs: Buffer.from(theirs),
});
const contested = options('one\ntwo\nours', 'one\ntwo\ntheirs');
const inside = options('one\nours\nthree', 'one\ntheirs\nthree');

test.each([
  ['ours', contested, 'one\ntwo\nours'],
  ['theirs', contested, 'one\ntwo\ntheirs'],
  ['base', contested, 'one\ntwo\nthree'],
  ['both', contested, 'one\ntwo\nours\ntheirs'],
  [Buffer.from('own'), contested, 'one\ntwo\nown'],
  [Buffer.from('own'), inside, 'one\nown\nthree'],
  ['both', inside, 'one\nours\ntheirs\nthree'],
] as const)('A hunk is resolved: %s %#', (choice, files, text) => {
  const resolved = resolveHunks(files, [choice]);
  expect(resolved?.hunks).toBe(1);
  expect(String(resolved?.content)).toBe(text);
});

test('A file that merges has no hunks', () => {
  expect(resolveHunks(options('zero\none\ntwo\nthree', 'one\ntwo\nthree'), [])).toBeNull();
});
