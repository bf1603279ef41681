import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { entryAt } from '../../../src/adapters/merge/tree/entry-at.ts';
import { ObjectDatabase } from '../../../src/adapters/merge/tree/objects.ts';
import { stayingGit } from '../../../src/adapters/merge/tree/repository.ts';
import { mergeTrees, openTreeMerger } from '../../../src/merge.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import { testSeed } from '../../seed.ts';
import { createRandomSource } from './histories.ts';
import { randomTrees } from './random-trees.ts';
import { MergeRepository } from './tree-fixture.ts';

const of = { alias: 'app', theirsPlanId: 'PLAN' };
const seed = testSeed('tree merges');

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Puts a `git` first on PATH: `script` replaces merge-tree and may `exec git "$@"`. */
function insteadOfMergeTree(script: string): Disposable & { directory: string } {
  const directory = mkdtempSync(join(tmpdir(), 'troupe-git-'));
  const real = process.env.PATH ?? '';
  const body = `#!/bin/sh\nPATH='${real}'\nhere='${directory}'\ncase " $* " in *" merge-tree "*) ${script};; *) exec git "$@";; esac\n`;
  writeFileSync(join(directory, 'git'), body);
  chmodSync(join(directory, 'git'), 0o755);
  vi.stubEnv('PATH', `${directory}:${real}`);
  return { directory, [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
}

async function errorOf(work: Promise<unknown>): Promise<TroupeError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (!TroupeError.is(thrown)) throw new Error(`not an error: ${String(thrown)}`);
  return thrown;
}

describe('a tree merger', () => {
  test('uses one git process for many merges, in parallel or in sequence', async () => {
    using repository = new MergeRepository();
    const sides = repository.threeWay({ f: '1\n2\n3\n' }, { f: 'a\n2\n3\n' }, { f: '1\n2\nb\n' });
    using fake = insteadOfMergeTree('echo x >> "$here/starts"; exec git "$@"');
    await using merger = openTreeMerger({ gitDir: repository.directory });
    const merges = Array.from({ length: 40 }, () => merger.merge({ ...sides, ...of }));
    const trees = new Set((await Promise.all(merges)).map(({ treeOid }) => treeOid));
    expect([...trees].map(tree => repository.read(tree, 'f'))).toEqual(['a\n2\nb\n']);
    expect(readFileSync(join(fake.directory, 'starts'), 'utf8')).toBe('x\n');
  });

  test('merges by the attributes and the configuration of now, not of when its git started [R165]', async () => {
    using repository = new MergeRepository();
    const sides = repository.threeWay({ f: '1\n' }, { f: 'ours\n' }, { f: 'theirs\n' });
    await using merger = openTreeMerger({ gitDir: repository.directory });
    const merged = async () => {
      const { clean, treeOid } = await merger.merge({ ...sides, ...of });
      return clean ? repository.read(treeOid, 'f') : 'conflict';
    };
    expect(await merged()).toBe('conflict');
    writeFileSync(join(repository.directory, 'info/attributes'), 'f merge=union\n');
    expect(await merged()).toBe('ours\ntheirs\n');
    writeFileSync(join(repository.directory, 'info/attributes'), 'f merge=mine\n');
    expect(await merged()).toBe('conflict');
    repository.git('config', 'merge.mine.driver', 'true');
    expect(await merged()).toBe('ours\n');
  });

  test('merges by the attributes that an inner folder has now [R165]', async () => {
    using repository = new MergeRepository();
    const sides = repository.threeWay({ 'a/b/f': '1\n' }, { 'a/b/f': 'ours\n' }, { 'a/b/f': 'theirs\n' });
    const attributes = join(repository.directory, 'a/b/.gitattributes');
    mkdirSync(dirname(attributes), { recursive: true });
    repository.git('config', 'core.bare', 'false');
    repository.git('config', 'core.worktree', repository.directory);
    await using merger = openTreeMerger({ gitDir: repository.directory });
    const merged = async () => {
      const { clean, treeOid } = await merger.merge({ ...sides, ...of });
      return clean ? repository.read(treeOid, 'a/b/f') : 'conflict';
    };
    expect(await merged()).toBe('conflict');
    writeFileSync(attributes, 'f merge=union\n');
    expect(await merged()).toBe('ours\ntheirs\n');
    rmSync(attributes);
    expect(await merged()).toBe('conflict');
  });

  test('restarts git when it was killed, even in the middle of a merge', async () => {
    using repository = new MergeRepository();
    const sides = repository.threeWay({ f: '1\n2\n3\n' }, { f: 'a\n2\n3\n' }, { f: '1\n2\nb\n' });
    using fake = insteadOfMergeTree(
      'if mkdir "$here/once" 2> /dev/null; then read line; kill -9 $$; fi; exec git "$@"',
    );
    await using merger = openTreeMerger({ gitDir: repository.directory });
    expect((await merger.merge({ ...sides, ...of })).clean).toBe(true);
    expect(existsSync(join(fake.directory, 'once'))).toBe(true);
    expect((await merger.merge({ ...sides, ...of })).clean).toBe(true);
  });

  test('reports that git exits repeatedly', async () => {
    using repository = new MergeRepository();
    const sides = repository.threeWay({ f: '1' }, { f: '2' }, { f: '3' });
    using _fake = insteadOfMergeTree('echo "fatal: the sky fell" >&2; exit 128');
    await using merger = openTreeMerger({ gitDir: repository.directory });
    const error = await errorOf(merger.merge({ ...sides, ...of }));
    expect(error).toMatchObject({ code: 'GIT_FAILED', message: 'git ended with code 128', hints: ['git fsck'] });
    expect(error.details?.stderr).toContain('the sky fell');
  });

  test('reports a version of git that is too old', async () => {
    using repository = new MergeRepository();
    const sides = repository.threeWay({ f: '1' }, { f: '2' }, { f: '3' });
    using _fake = insteadOfMergeTree('echo "error: unknown option \\`write-tree\'" >&2; exit 129');
    const error = await errorOf(mergeTrees({ repoDir: repository.directory, ...sides }));
    expect(error).toMatchObject({ code: 'GIT_FAILED', hints: ['git --version'], retriable: false });
    expect(error.message).toBe('this git is too old; 2.38 is the first that serves');
  });

  test.each([
    ['an invalid status', ['7']],
    ['an entry without a path', ['0', 'tree', 'nonsense', '', '']],
    ['an entry with an invalid stage', ['0', 'tree', '100644 abc 4\tf', '', '']],
    ['a conflict in the second answer', ['1', 'tree', '', '', '0']],
  ])('rejects output of git that it does not understand: %s', async (_, fields) => {
    using repository = new MergeRepository();
    const sides = repository.threeWay({ f: '1' }, { f: '2' }, { f: '3' });
    using _fake = insteadOfMergeTree(
      `read line; printf '%s\\0' ${fields.map(field => `'${field}'`).join(' ')}; read line; read line`,
    );
    await using merger = openTreeMerger({ gitDir: repository.directory });
    const error = await errorOf(merger.merge({ ...sides, ...of }));
    expect([error.code, error.message]).toEqual([
      'GIT_FAILED',
      expect.stringMatching(/^git merge-tree (printed|gave)/),
    ]);
  });

  test('does not wait forever for a git process without output', async () => {
    using repository = new MergeRepository();
    const sides = repository.threeWay({ f: '1' }, { f: '2' }, { f: '3' });
    using _fake = insteadOfMergeTree('read a; read b; read c');
    await using merger = openTreeMerger({ gitDir: repository.directory, timeoutMs: 50 });
    expect(await errorOf(merger.merge({ ...sides, ...of }))).toMatchObject({
      code: 'TIMED_OUT',
      message: 'git has not answered for 0.05 s',
      retriable: false,
    });
  });

  test('continues after a failed merge', async () => {
    using repository = new MergeRepository();
    const sides = repository.threeWay({ f: '1' }, { f: '2' }, { f: '1' });
    await using merger = openTreeMerger({ gitDir: repository.directory });
    const unknown = await errorOf(merger.merge({ ...sides, base: 'a'.repeat(40), ...of }));
    expect(unknown).toMatchObject({ code: 'GIT_FAILED', where: 'a'.repeat(40), retriable: false });
    const blob = repository.git('rev-parse', `${sides.base}:f`);
    expect((await errorOf(merger.merge({ ...sides, theirs: blob, ...of }))).message).toContain(
      'neither a commit nor a tree',
    );
    await expect(merger.merge({ ...sides, ours: 'HEAD\ninfo x', ...of })).rejects.toThrow(TypeError);
    expect((await merger.merge({ ...sides, ...of })).clean).toBe(true);
  });

  test('reports an object that is missing in the repository', async () => {
    using repository = new MergeRepository();
    const objects = new ObjectDatabase(
      { gitDir: repository.directory, directory: repository.directory, env: process.env },
      '',
    );
    const error = await errorOf(objects.content('b'.repeat(40)));
    await objects.close();
    expect(error).toMatchObject({ code: 'GIT_FAILED', where: 'b'.repeat(40), hints: ['git fsck'], retriable: false });
  });

  test('finds no entry below a file', async () => {
    using repository = new MergeRepository();
    const [tree = ''] = repository.trees([{ f: '1', 'in/g': '2' }]);
    const objects = new ObjectDatabase(
      { gitDir: repository.directory, directory: repository.directory, env: process.env },
      join(repository.directory, 'objects'),
    );
    const found = [await entryAt(objects, tree, 'in/g'), await entryAt(objects, tree, 'f/g')];
    await objects.close();
    expect(found).toMatchObject([{ name: 'g', mode: '100644' }, null]);
  });

  test('gets no more answers from a git process that was ended', async () => {
    using repository = new MergeRepository();
    const git = stayingGit({ gitDir: repository.directory, directory: repository.directory, env: process.env }, [
      'cat-file',
      '--batch',
    ]);
    await git.close();
    const error = await errorOf(git.request('HEAD\n', bytes => ({ value: bytes, used: bytes.length })));
    expect(error).toMatchObject({ code: 'GIT_FAILED', message: 'git was killed by SIGKILL' });
  });

  test('reads and writes complete files of any size', async () => {
    using repository = new MergeRepository();
    const { base } = repository.threeWay({ f: '1' }, { f: '2' }, { f: '3' });
    const objects = new ObjectDatabase(
      { gitDir: repository.directory, directory: repository.directory, env: process.env },
      join(repository.directory, 'objects'),
    );
    const random = createRandomSource(seed);
    const contents = [0, 1, 70_000, 3_000_000].map(size =>
      Buffer.from(Array.from({ length: size }, () => random.below(256))),
    );
    const oids = await Promise.all(contents.map(content => objects.write('blob', content, base)));
    const again = await Promise.all(oids.map(oid => objects.content(oid)));
    await objects.close();
    expect(again.map((content, i) => content.equals(contents[i] as Buffer))).toEqual([true, true, true, true]);
    expect(repository.git('fsck', '--strict')).not.toContain('error');
  });

  test('rejects calls when it is closed, and can be closed twice', async () => {
    using repository = new MergeRepository();
    const merger = openTreeMerger({ gitDir: repository.directory });
    await merger.close();
    await merger.close();
    expect((await errorOf(merger.merge({ base: '', ours: '', theirs: '', ...of }))).code).toBe('SYSTEM_CLOSED');
  });

  test('reports a directory without a repository, and a machine without git', async () => {
    const nowhere = mkdtempSync(join(tmpdir(), 'troupe-nowhere-'));
    const none = await errorOf(mergeTrees({ repoDir: nowhere, base: '', ours: '', theirs: '' }));
    expect(none).toMatchObject({ code: 'NOT_A_PROJECT', where: nowhere });
    rmSync(nowhere, { recursive: true });

    using repository = new MergeRepository();
    const sides = repository.threeWay({ f: '1' }, { f: '2' }, { f: '3' });
    await using merger = openTreeMerger({ gitDir: repository.directory });
    expect((await merger.merge({ ...sides, theirs: sides.base, ...of })).clean).toBe(true);
    vi.stubEnv('PATH', '/nonexistent');
    const error = await errorOf(merger.merge({ ...sides, ...of }));
    expect([error.code, error.message]).toEqual(['GIT_FAILED', expect.stringContaining('git cannot be started')]);
    await using other = openTreeMerger({ gitDir: repository.directory });
    expect((await errorOf(other.merge({ ...sides, ...of }))).code).toBe('GIT_FAILED');
  });

  test('gives folders of new objects to the group if the repository does', async () => {
    using repository = new MergeRepository('--shared=group');
    const sides = repository.threeWay({ f: '1\n' }, { f: '2\n' }, { f: '3\n' });
    const merged = await mergeTrees({ repoDir: repository.directory, ...sides });
    const mode = (path: string) => statSync(join(repository.directory, 'objects', path)).mode & 0o7777;
    expect(mode(merged.treeOid.slice(0, 2))).toBe(mode(''));
  });
});

describe('the tree merger and git merge-tree', () => {
  test('have the same outcome, tree and paths for 60 random pairs of trees with renames, deletions and modes', async () => {
    using repository = new MergeRepository();
    await using merger = openTreeMerger({ gitDir: repository.directory });
    let clean = 0;
    for (let number = seed; number < seed + 60; number++) {
      const sides = repository.threeWay(...randomTrees(createRandomSource(number)));
      const output = repository
        .run(['merge-tree', '--write-tree', '-z', '--name-only', sides.ours, sides.theirs])
        .toString();
      const [tree, ...rest] = output.split('\0');
      const named = rest.slice(0, rest.indexOf(''));
      const merged = await merger.merge({ ...sides, ...of });
      if (merged.clean) {
        clean++;
        expect([number, merged.treeOid, named]).toEqual([number, tree, []]);
      } else {
        const plain = named.map(path => path.replace(sides.ours, 'ours').replace(sides.theirs, 'PLAN'));
        const found = merged.conflicts.map(({ path }) => path);
        expect([number, ...new Set(found)].sort()).toEqual([number, ...new Set(plain)].sort());
      }
    }
    expect(clean).toBeGreaterThan(5);
    expect(clean).toBeLessThan(55);
  });
});
