import { describe, expect, test } from 'vitest';
import { matchesGlob } from '../../src/adapters/fs/glob.ts';
import { isScopeWithin } from '../../src/model/scope.ts';

describe('A scope', () => {
  test.each([
    ['src/store', ['src']],
    ['./src//store/', ['docs', 'src/**']],
    ['src', ['src/**']],
    ['src/**', ['src']],
    ['src/**/*.ts', ['src/']],
    ['src/*/a.ts', ['src/*/a.ts']],
    ['src/*/a.ts', ['src/**/a.ts']],
    ['src/a.ts', ['src/*.ts']],
    ['src/store/*.ts', ['src/*/*.ts']],
    ['src/store/*.ts', ['{src,test}/**']],
    ['.github/workflows', ['.github']],
    ['**', ['.']],
    ['anything', []],
  ])('%s is within %j [R180]', (scope, scopes) => {
    expect(isScopeWithin(scope, scopes, matchesGlob)).toBe(true);
  });

  test.each([
    ['docs', ['src']],
    ['src', ['src/store']],
    ['src2', ['src']],
    ['**', ['src']],
    ['.', ['src/**']],
    ['**/*.ts', ['src']],
    ['src/**', ['src/*']],
    ['src/**', ['src/store', 'src/model']],
    ['src/*/x', ['src/store']],
    ['src/*', ['src/*.ts']],
    ['src/store/**', ['src/*/*.ts']],
  ])('%s is not within %j [R180]', (scope, scopes) => {
    expect(isScopeWithin(scope, scopes, matchesGlob)).toBe(false);
  });
});
