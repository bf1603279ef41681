/** What an application installs with the package. `npm run package` installs it and runs it; this reads what it declares. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { root } from './sources.ts';

interface Manifest {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
  devDependencies: Record<string, string>;
}
interface Lock {
  packages: Record<string, { dependencies?: Record<string, string> }>;
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest: Manifest = JSON.parse(read('package.json'));
const lock: Lock = JSON.parse(read('package-lock.json'));

/** The packages of this list and everything that they need, as the lock file has them. */
function withNeeded(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    if (found.has(name)) continue;
    const entry = lock.packages[`node_modules/${name}`];
    if (entry === undefined) throw new Error(`${name} is not in package-lock.json`);
    found.add(name);
    withNeeded(Object.keys(entry.dependencies ?? {}), found);
  }
  return found;
}

/** Packages that a file imports when it runs, itself or through files that it imports. */
function importedPackages(path: string, seen = new Set<string>(), found = new Set<string>()): Set<string> {
  if (seen.has(path)) return found;
  seen.add(path);
  for (const { fileName } of ts.preProcessFile(read(path)).importedFiles) {
    if (fileName.startsWith('.')) importedPackages(join(dirname(path), fileName), seen, found);
    else if (!fileName.startsWith('node:')) found.add(fileName.split('/')[0] ?? '');
  }
  return found;
}

const version = (range: string): number[] => range.replace(/^\D+/, '').split('.').map(Number);

describe('an application that installs the package', () => {
  test('brings its own xstate: a required peer, of which the oldest and the newest are tried [R206]', () => {
    const range = manifest.peerDependencies.xstate ?? '';
    expect(manifest.dependencies).not.toHaveProperty('xstate');
    expect(manifest.peerDependenciesMeta.xstate?.optional).not.toBe(true);
    expect(range).toMatch(/^\^5\.\d+\.\d+$/);
    const [[, oldest = 0] = [], [major, newest = -1] = []] = [range, manifest.devDependencies.xstate ?? ''].map(
      version,
    );
    expect(major).toBe(5);
    expect(newest).toBeGreaterThanOrEqual(oldest);
    expect(read('test/package-check.ts')).toContain('of [floor, devDependencies.xstate]');
    expect(read('test/run-all.ts')).toMatch(/\bpackage\b/);
  });

  test('gets xstate, zod, ulid, level and what they need: nothing of a UI, git or agents [R207]', () => {
    const peers = Object.keys(manifest.peerDependencies).filter(
      name => manifest.peerDependenciesMeta[name]?.optional !== true,
    );
    const installed = withNeeded([...Object.keys(manifest.dependencies), ...peers]);
    expect([...installed].sort()).toEqual([...withNeeded(['level', 'ulid', 'xstate', 'zod'])].sort());
    expect(installed.size).toBeLessThan(25);
  });

  test.each(['src/durable.ts', 'src/level.ts'])('finds all that %s imports among these packages [R207]', path => {
    const installed = withNeeded(['level', 'ulid', 'xstate', 'zod']);
    // The build puts them into the files of src/libraries.
    const bundled = ['croner', 'devalue'];
    const imported = [...importedPackages(path)];
    expect(imported).toContain(path === 'src/level.ts' ? 'level' : 'xstate');
    expect(imported.filter(name => !installed.has(name) && !bundled.includes(name))).toEqual([]);
  });
});
