import { describe, expect, test } from 'vitest';
import { globMatches } from '../../src/adapters/glob-matches.ts';
import { isWithin } from '../../src/model/scope.ts';

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
    expect(isWithin(scope, scopes, globMatches)).toBe(true);
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
    expect(isWithin(scope, scopes, globMatches)).toBe(false);
  });
});
