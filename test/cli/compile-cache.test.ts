import { describe, expect, test } from 'vitest';
import { configureCompileCache } from '../../src/cli/compile-cache.ts';

/** The folders that Node is asked to use for compiled files. */
function asked(env: Record<string, string>): string[] {
  const folders: string[] = [];
  configureCompileCache((folder: string) => folders.push(folder), env);
  return folders;
}

describe('the compile cache of Node', () => {
  test("is in the user's cache folder", () => {
    expect(asked({ HOME: '/ada' })).toEqual(['/ada/.cache/troupe']);
    expect(asked({ HOME: '/ada', XDG_CACHE_HOME: '/quick' })).toEqual(['/quick/troupe']);
  });

  test('is in the folder that the user sets, and is off without a home folder', () => {
    expect(asked({ HOME: '/ada', NODE_COMPILE_CACHE: '/mine' })).toEqual([]);
    expect(asked({})).toEqual([]);
  });

  test('is off when Node does not support it', () => {
    expect(() => configureCompileCache(undefined, { HOME: '/ada' })).not.toThrow();
  });
});
