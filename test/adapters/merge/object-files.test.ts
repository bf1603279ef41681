/** Objects read from the files of a repository are the same that git reads, or are not read. */
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ObjectFiles, type ReadObject } from '../../../src/adapters/merge/tree/object-files.ts';
import { MergeRepository } from './tree-fixture.ts';

/** Commits of a growing folder and a growing text, whose objects become deltas of each other when packed. */
function versions(repository: MergeRepository, count: number): void {
  const text = (length: number) => Array.from({ length }, (_, i) => `line ${i} ${i % 7}\n`).join('');
  repository.trees(
    Array.from({ length: count }, (_, version) => ({
      ...Object.fromEntries(Array.from({ length: 40 + version }, (_, i) => [`folder/file-${i}`, `${i}\n`])),
      text: text(200 + version * 20),
      empty: '',
    })),
  );
}

/** Every object of the repository with its type and content, as git reads it. */
function allObjects(repository: MergeRepository): Map<string, ReadObject> {
  const output = repository.run(['cat-file', '--batch-all-objects', '--batch']);
  const found = new Map<string, ReadObject>();
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at);
    const [oid = '', type = '', size] = output.toString('latin1', at, end).split(' ');
    at = end + 1 + Number(size) + 1;
    found.set(oid, { type, content: output.subarray(end + 1, at - 1) });
  }
  return found;
}

test.each([
  ['files', 'sha1', null],
  ['a pack', 'sha1', ['-c', 'repack.useDeltaBaseOffset=true']],
  ['a pack', 'sha256', ['-c', 'repack.useDeltaBaseOffset=true']],
  ['a pack with ref deltas', 'sha1', ['-c', 'repack.useDeltaBaseOffset=false']],
])('[R173] objects in %s are read as git reads them: %s', (_, format, settings) => {
  using repository = new MergeRepository(`--object-format=${format}`);
  versions(repository, 30);
  repository.git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'tag', '-m', 'note', 'v1', 't0');
  if (settings !== null) {
    repository.git(...settings, 'repack', '-a', '-d', '-f', '-q', '--depth=20');
    const stored = repository.git('cat-file', '--batch-all-objects', '--batch-check=%(deltabase)').split('\n');
    expect(stored.filter(base => !/^0+$/.test(base)).length).toBeGreaterThan(20);
  }
  const files = new ObjectFiles(join(repository.directory, 'objects'));
  const objects = allObjects(repository);
  const types = new Set([...objects.values()].map(({ type }) => type));
  expect(types).toEqual(new Set(['blob', 'commit', 'tag', 'tree']));
  for (const [oid, { type, content }] of objects) {
    const read = files.read(oid);
    expect([oid, read?.type, read?.content.equals(content)]).toEqual([oid, type, true]);
  }
  const commit = repository.git('rev-parse', 't3');
  const tree = repository.git('rev-parse', 't3^{tree}');
  expect([commit, tree].map(oid => files.rootTree(oid))).toEqual([tree, tree]);
  const missing = commit.replace(/^../, commit.startsWith('00') ? '11' : '00');
  for (const oid of [repository.git('rev-parse', 't3:text'), missing]) expect(files.rootTree(oid)).toBeNull();
  expect(files.read(missing)).toBeNull();
  files.close();
});

test('[R173] an object whose content does not match its id, and a large object, are left to git', () => {
  using repository = new MergeRepository();
  const [tree = ''] = repository.trees([{ small: 'one\n', large: 'x'.repeat(3_000_000) }]);
  repository.git('repack', '-a', '-d', '-q');
  const folder = join(repository.directory, 'objects');
  const oids = ['small', 'large'].map(path => repository.git('rev-parse', `${tree}:${path}`));
  const read = () => {
    const files = new ObjectFiles(folder);
    const found = oids.map(oid => files.read(oid)?.content.toString() ?? null);
    files.close();
    return found;
  };
  expect(read()).toEqual(['one\n', null]);
  const pack = join(folder, 'pack', readdirSync(join(folder, 'pack')).find(name => name.endsWith('.pack')) as string);
  const whole = readFileSync(pack);
  chmodSync(pack, 0o644);
  for (let at = 12; at < whole.length - 20; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] as number) ^ 0x55;
    writeFileSync(pack, damaged);
    const [small] = read();
    expect([null, 'one\n'], `byte ${at}`).toContain(small);
  }
});
