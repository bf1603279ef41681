import { describe, expect, test } from 'vitest';
import { Name } from '../../src/model/name.ts';
import { nameKey, qualifyName } from '../../src/model/name-key.ts';

const isName = (text: string) => Name.safeParse(text).success;

describe('A name', () => {
  test.each(['a1/x_1-b', 'x', 'local/rename', 'home:tools/x'])('%s has a letter first in every part [R19]', name => {
    expect(isName(name)).toBe(true);
  });

  test.each([
    '1abc/x',
    'local/1x',
    '1x',
    '-x',
    'a/_x',
    'a/b/c',
    'a:x',
    '9:a/x',
    '',
    '/x',
    'a/',
    'a b',
  ])('rejects "%s" [R19]', name => {
    expect(isName(name)).toBe(false);
  });

  test.each(['system/x', 'OpenAI/x', 'home:root/x'])('%s is in a reserved namespace', name => {
    expect(isName(name)).toBe(false);
  });

  test('keeps its case, and is found in any case', () => {
    expect(qualifyName('Rename')).toBe('local/Rename');
    expect(nameKey('Rename')).toBe(nameKey('LOCAL/rename'));
  });
});
