import { describe, expect, test } from 'vitest';
import { displayWidth, sanitizeLine, sanitizeRow, sanitizeText, truncate } from '../../src/presentation/sanitize.ts';

describe('text of agents', () => {
  test('contains nothing that could move a cursor, set a title or be invisible', () => {
    expect(sanitizeLine('\u001b[2J\u001b[31mred\u001b[0m\u0007')).toBe('red');
    expect(sanitizeLine('\u001b]0;owned\u0007title')).toBe('title');
    expect(sanitizeLine('a\u202eb\u200bc\u0000d')).toBe('abcd');
    // Invisible letters can give an agent text that a person does not see.
    expect(sanitizeRow('yes\u{e006e}\u{e006f}\u00ad')).toBe('yes');
  });

  test('is one line where one line is shown', () => {
    expect(sanitizeLine(' one\r\ntwo\tthree\n')).toBe('one two three');
  });

  test('keeps its lines and tabs where lines are shown', () => {
    expect(sanitizeText('a\r\n\tb\rc\u001b[1m!\u0008')).toBe('a\n\tbc!');
  });

  test('is truncated to the available columns', () => {
    expect(truncate('short', 10)).toBe('short');
    expect(truncate('much too long', 8)).toBe('much to…');
    expect(truncate('日本語のテキスト', 7)).toBe('日本語…');
    expect(truncate('e\u0301e\u0301e\u0301', 3)).toBe('e\u0301e\u0301e\u0301');
  });

  // As terminals and Ink count them; what was counted otherwise stood askew in every row with one in it.
  test.each([
    ['plain', 5],
    ['✔‼©™▶⚙', 6],
    ['✅🚀', 4],
    ['✔\ufe0f1\ufe0f\u20e3⚡\ufe0f', 6],
    ['👍🏽🇩🇪', 4],
    ['한국語、', 8],
    ['e\u0301o\u0308', 2],
    ['\u0301', 0],
  ])('%s takes %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  test('is not split inside of a character', () => {
    expect(truncate('🇩🇪🇫🇷🇮🇹', 5)).toBe('🇩🇪🇫🇷…');
    expect(truncate('👍🏽👍🏽', 3)).toBe('👍🏽…');
    expect(truncate('wide 語語', 7)).toBe('wide …');
    expect(truncate('any', 0)).toBe('');
  });
});
