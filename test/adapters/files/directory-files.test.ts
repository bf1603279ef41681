import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { directoryFiles } from '../../../src/adapters/files/directory-files.ts';
import { tempDirectories } from '../temp-directories.ts';

const folder = tempDirectories();

test('The entries of a folder are in order, each with its kind', async () => {
  const directory = folder();
  for (const name of ['c', 'a', 'b']) writeFileSync(join(directory, name), '');
  mkdirSync(join(directory, 'd'));
  symlinkSync('a', join(directory, 'e'));
  const entries = await (await directoryFiles(directory).at('.')).entries();
  expect(entries.map(({ path, kind }) => [path, kind])).toEqual([
    ['a', 'file'],
    ['b', 'file'],
    ['c', 'file'],
    ['d', 'folder'],
    ['e', 'link'],
  ]);
});

test('A device is of another kind', async () => {
  expect((await directoryFiles('/dev').at('null')).kind).toBe('other');
});

test.each([
  ['a file in the place of its folder', 'file/inside', { code: 'TOOL_FAILED', retriable: false }],
  ['a folder in its place', 'folder', { code: 'EISDIR' }],
])('A file is not written with %s', async (_, path, error) => {
  const directory = folder();
  writeFileSync(join(directory, 'file'), 'before');
  mkdirSync(join(directory, 'folder'));
  const place = await directoryFiles(directory).at(path);
  await expect(place.write(Buffer.from('after'))).rejects.toMatchObject(error);
});

test('A full disk is reported', async () => {
  const place = await directoryFiles('/dev').at('full');
  await expect(place.write(Buffer.from('text'))).rejects.toMatchObject({
    code: 'DISK_FULL',
    message: 'full cannot be written: the disk is full',
    where: '/dev/full',
  });
});
