import { describe, expect, test } from 'vitest';
import { configureCompileCache } from '../../src/cli/compile-cache.ts';

/** Folders that Node is asked to keep compiled files in. */
function asked(env: Record<string, string>): string[] {
  const folders: string[] = [];
  configureCompileCache((folder: string) => folders.push(folder), env);
  return folders;
}

describe('what Node compiled', () => {
  test("is kept in the person's folder for caches", () => {
    expect(asked({ HOME: '/ada' })).toEqual(['/ada/.cache/troupe']);
    expect(asked({ HOME: '/ada', XDG_CACHE_HOME: '/quick' })).toEqual(['/quick/troupe']);
  });

  test('is kept where the person says so, and nowhere without a home', () => {
    expect(asked({ HOME: '/ada', NODE_COMPILE_CACHE: '/mine' })).toEqual([]);
    expect(asked({})).toEqual([]);
  });

  test('is not kept by a Node that cannot', () => {
    expect(() => configureCompileCache(undefined, { HOME: '/ada' })).not.toThrow();
  });
});
