/** Objects in files that are damaged, or of another kind than git writes today, are left to git. */
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ObjectFiles } from '../../../src/adapters/merge/tree/object-files.ts';
import { MergeRepository } from './tree-fixture.ts';

/** The object `one` alone in a pack, whose files `change` may change, and the object `two` in a file. */
function readFrom(change: (files: { pack: Buffer; index: Buffer; base: string }) => { pack?: Buffer; index?: Buffer }) {
  using repository = new MergeRepository();
  const write = (text: string) => repository.run(['hash-object', '-w', '--stdin'], text).toString().trim();
  const oid = write('one\n');
  repository.run(['pack-objects', '-q', 'objects/pack/pack'], `${oid}\n`);
  repository.git('prune-packed', '-q');
  const base = write('two\n');
  const folder = join(repository.directory, 'objects');
  const pathOf = (end: string) => {
    const name = readdirSync(join(folder, 'pack')).find(each => each.endsWith(end)) as string;
    return join(folder, 'pack', name);
  };
  const paths = { pack: pathOf('.pack'), index: pathOf('.idx') };
  const changed = change({ pack: readFileSync(paths.pack), index: readFileSync(paths.index), base });
  for (const [name, bytes] of Object.entries(changed)) {
    chmodSync(paths[name as keyof typeof paths], 0o644);
    writeFileSync(paths[name as keyof typeof paths], bytes);
  }
  const files = new ObjectFiles(folder);
  const found = files.read(oid)?.content.toString() ?? null;
  files.close();
  return found;
}

/** The pack with other bytes where its only object starts. */
const withObject = (pack: Buffer, ...parts: (Buffer | number[])[]) =>
  Buffer.concat([pack.subarray(0, 12), ...parts.map(part => Buffer.from(part))]);

const deltaOn = (base: string, delta: number[]) => [
  [0x70 | delta.length],
  Buffer.from(base, 'hex'),
  deflateSync(Buffer.from(delta)),
];

const one = [...Buffer.from('one\n')];

test('[R173] an object is read from a pack, in full or as the difference to one in a file', () => {
  expect(readFrom(() => ({}))).toBe('one\n');
  expect(readFrom(({ pack, base }) => ({ pack: withObject(pack, ...deltaOn(base, [4, 4, 4, ...one])) }))).toBe('one\n');
});

test.each([
  ['that ends before it', []],
  ['that ends in its size', [0xb0]],
  ['where it has a reserved type', [0x54, 0, 0]],
  ['where it is a difference without a base', [0x64]],
  ['where it is a difference that ends in the distance of its base', [0x64, 0x80]],
  ['where it is a difference to itself', [0x64, 0]],
])('[R173] an object in a pack %s is left to git', (_, bytes) => {
  expect(readFrom(({ pack }) => ({ pack: withObject(pack, bytes) }))).toBeNull();
});

test('[R173] a difference that does not fit its base, or whose base is missing, is left to git', () => {
  expect(readFrom(({ pack, base }) => ({ pack: withObject(pack, ...deltaOn(base, [5, 4, 4, ...one])) }))).toBeNull();
  const missing = 'ab'.repeat(20);
  expect(readFrom(({ pack }) => ({ pack: withObject(pack, ...deltaOn(missing, [4, 4, 4, ...one])) }))).toBeNull();
});

test('[R173] a pack with an index of another version, or with an offset beyond 2 GB, is left to git', () => {
  const changed = (at: (index: Buffer) => number, value: number) =>
    readFrom(({ index }) => {
      index[at(index)] = value;
      return { index };
    });
  expect(changed(() => 7, 3)).toBeNull();
  // The table of offsets is the last one before two checksums of 20 bytes.
  expect(changed(index => index.length - 44, 0x80)).toBeNull();
});

test('[R173] a commit that names no tree has no root tree', () => {
  using repository = new MergeRepository();
  const words = ['hash-object', '-t', 'commit', '--literally', '-w', '--stdin'];
  const oid = repository.run(words, 'author none\n').toString().trim();
  const files = new ObjectFiles(join(repository.directory, 'objects'));
  expect(files.read(oid)?.type).toBe('commit');
  expect(files.rootTree(oid)).toBeNull();
  files.close();
});
