import { describe, expect, test } from 'vitest';
import { cleanLine, cleanText, truncate } from '../../src/cli/clean.ts';

describe('text of agents', () => {
  test('loses what would move a cursor, set a title or hide', () => {
    expect(cleanLine('\u001b[2J\u001b[31mred\u001b[0m\u0007')).toBe('red');
    expect(cleanLine('\u001b]0;owned\u0007title')).toBe('title');
    expect(cleanLine('a\u202eb\u200bc\u0000d')).toBe('abcd');
  });

  test('is one line where one line is shown', () => {
    expect(cleanLine(' one\r\ntwo\tthree\n')).toBe('one two three');
  });

  test('keeps its lines and tabs where lines are shown', () => {
    expect(cleanText('a\r\n\tb\rc\u001b[1m!\u0008')).toBe('a\n\tbc!');
  });

  test('is cut to the columns there are', () => {
    expect(truncate('short', 10)).toBe('short');
    expect(truncate('much too long', 8)).toBe('much to…');
    expect(truncate('日本語のテキスト', 7)).toBe('日本語…');
    expect(truncate('e\u0301e\u0301e\u0301', 3)).toBe('e\u0301e\u0301e\u0301');
  });
});
