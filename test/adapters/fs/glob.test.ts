import { expect, test } from 'vitest';
import { matchesGlob } from '../../../src/adapters/fs/glob.ts';

test.each([
  ['src', 'src/a/b.ts', true],
  ['src/', 'src/a.ts', true],
  ['src', 'srcs/a.ts', false],
  ['src/**', 'src/.hidden/x', true],
  ['*.md', 'README.md', true],
  ['*.md', 'docs/README.md', false],
  ['README.md', 'README.md', true],
])('%s and %s: %s', (pattern, path, expected) => {
  expect(matchesGlob([pattern], path)).toBe(expected);
});

test('a path matches if any of several patterns does, and no pattern matches nothing', () => {
  expect(matchesGlob(['a', 'b/*'], 'b/c')).toBe(true);
  expect(matchesGlob([], 'b/c')).toBe(false);
});
