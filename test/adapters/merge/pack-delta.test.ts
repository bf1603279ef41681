/** Differences of a pack that fit their base are applied; every other one is refused. */
import { expect, test } from 'vitest';
import { applyPackDelta } from '../../../src/adapters/merge/tree/pack-delta.ts';

const base = Buffer.from('abcdef');
const apply = (delta: number[], bytesMax = 1000, of = base) =>
  applyPackDelta(of, Buffer.from(delta), bytesMax)?.toString() ?? null;

const [x, y] = [120, 121];

test.each([
  ['bytes of its own', [6, 2, 2, x, y], 'xy'],
  ['a piece of the base', [6, 3, 0x91, 1, 3], 'bcd'],
  ['a piece from the start of the base', [6, 2, 0x90, 2], 'ab'],
  ['both', [6, 4, 0x91, 4, 2, 2, x, y], 'efxy'],
  ['nothing', [6, 0], ''],
])('a difference of %s is applied', (_, delta, content) => {
  expect(apply(delta)).toBe(content);
});

test.each([
  ['for a base of another length', [5, 2, 2, x, y]],
  ['without a word', []],
  ['that breaks off in its numbers', [6, 0x82]],
  ['that breaks off in an instruction', [6, 2, 0x91]],
  ['with an instruction that is reserved', [6, 2, 0, x, y]],
  ['that gives less than it says', [6, 3, 2, x, y]],
  ['that gives more than it says', [6, 1, 2, x, y]],
  ['that breaks off in its bytes', [6, 2, 2, x]],
  ['that copies from beyond the base', [6, 2, 0x91, 9, 2]],
])('a difference %s is refused', (_, delta) => {
  expect(apply(delta)).toBeNull();
});

test('a difference that gives more than is allowed is refused', () => {
  expect(apply([6, 2, 2, x, y], 2)).toBe('xy');
  expect(apply([6, 2, 2, x, y], 1)).toBeNull();
});

test('a piece without a length is of 64 KiB', () => {
  const large = Buffer.alloc(0x10001, 'z');
  // The lengths of the base and of the content, seven bits per byte.
  const content = applyPackDelta(large, Buffer.from([0x81, 0x80, 4, 0x80, 0x80, 4, 0x80]), 100_000);
  expect(content?.equals(large.subarray(0, 0x10000))).toBe(true);
});
