import { describe, expect, test } from 'vitest';
import { dropPartialWord, truncateEnd, truncateStart } from '../../src/model/truncate.ts';

describe('A text that is too long', () => {
  test.each([
    ['one two', 7, 'one two'],
    ['one two', 3, 'one'],
    ['one two', 5, 'one '],
    ['onetwo', 4, 'onet'],
  ])('%o ends before the word that would be cut, within %i characters', (text, max, kept) => {
    expect(truncateEnd(text, max)).toBe(kept);
  });

  test.each([
    ['one two', 7, 'one two'],
    ['one two', 3, 'two'],
    ['one two', 5, 'two'],
    ['onetwo', 4, 'etwo'],
  ])('%o begins after the word that would be cut, within %i characters', (text, max, kept) => {
    expect(truncateStart(text, max)).toBe(kept);
  });

  test('of an unknown beginning loses its first word', () => {
    expect(dropPartialWord('cret rest')).toBe('rest');
    expect(dropPartialWord('secret rest', ' ')).toBe('secret rest');
    expect(dropPartialWord('')).toBe('');
  });
});
