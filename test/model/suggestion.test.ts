import { describe, expect, test } from 'vitest';
import type { Conflict } from '../../src/model/conflict.ts';
import { suggestResolutions } from '../../src/model/suggestion.ts';
import { sampleConflict } from '../machines/fixtures.ts';

const span = { start: 0, length: 1 };
const hunk = { base: span, ours: span, theirs: span, taken: null };
const take = (base: string, ours: string, theirs: string) => {
  const [found] = suggestResolutions({ ...sampleConflict('a'), hunks: [hunk] }, [{ base, ours, theirs }]);
  return found?.take ?? null;
};

describe('Suggestions for a hunk', () => {
  test.each([
    ['the other side, where one changed only white space', 'a b\n', 'a  b\n', 'c\n', 'theirs'],
    ['the other way about', 'a b\n', 'c\n', ' a b\n', 'ours'],
    ['either, where they differ only in white space', 'a\n', 'b c\n', 'b  c\n', 'theirs'],
    ['the side that holds all of the other', 'a\n', 'b\n', 'b\nc\n', 'theirs'],
    ['the side that holds all of the other, in order', 'a\n', 'b\nc\nd\n', 'b\nd\n', 'ours'],
    ['both, where both only added', '', 'b\n', 'c\n', 'both'],
    ['nothing, where the order differs', 'a\n', 'b\nc\n', 'c\nb\n', null],
    ['nothing, where the larger still has what the other took away', 'a\nb\n', 'c\n', 'b\nc\n', null],
    ['nothing, where two words became one', 'in to\n', 'into\n', 'c\n', null],
    ['the side that holds all of the other, where neither had a line before', '', 'b', 'b\nc\n', 'theirs'],
    ['nothing, where one deleted', 'a\n', '', 'b\n', null],
  ])('%s', (_, base, ours, theirs, taken) => {
    expect(take(base, ours, theirs)).toBe(taken);
  });

  test('have its number, and stop once it is resolved', () => {
    const text = { base: '', ours: 'b\n', theirs: 'c\n' };
    const hunks = [{ ...hunk, taken: 'ours' as const }, hunk];
    expect(suggestResolutions({ ...sampleConflict('a'), hunks }, [text, text])).toMatchObject([
      { hunk: 2, take: 'both' },
    ]);
  });
});

describe('Suggestions for a file', () => {
  const side = (oid: string | null) => ({ oid, mode: '100644', planIds: [], goals: [] });
  const of = (more: Partial<Conflict>) => suggestResolutions({ ...sampleConflict('a'), hunks: [], ...more }, []);

  test('take the side that did not delete it', () => {
    const changed = { kind: 'delete/modify' as const, base: side('b') };
    expect(of({ ...changed, ours: side(null), theirs: side('t') })).toMatchObject([{ hunk: null, take: 'theirs' }]);
    expect(of({ ...changed, ours: side('o'), theirs: side(null) })).toMatchObject([{ hunk: null, take: 'ours' }]);
  });

  test('are empty for any other kind', () => {
    expect(of({ kind: 'binary', base: side('b'), ours: side('o'), theirs: side('t') })).toEqual([]);
  });
});
