import { sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parsePath } from '../../../src/adapters/files/sandbox-path.ts';

describe('a backslash in a path of a tool', () => {
  test.skipIf(sep === '\\')('is part of a name where it does not separate names', () => {
    expect(parsePath('src/back\\slash.txt')).toEqual(['src', 'back\\slash.txt']);
  });

  test('hides no "..", no file of git and no absolute path', () => {
    for (const path of ['a\\..\\b', '..\\b', 'a\\.git\\config', '.git\\config', 'a/.GIT\\hooks', '\\a', 'C:\\a']) {
      expect(() => parsePath(path), path).toThrow(/^The path .* is refused/);
    }
  });
});
