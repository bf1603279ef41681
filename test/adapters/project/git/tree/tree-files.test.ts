import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { directoryFiles } from '../../../../../src/adapters/files/directory-files.ts';
import { ObjectDatabase } from '../../../../../src/adapters/merge/tree/objects.ts';
import { createOverlay } from '../../../../../src/adapters/project/git/tree/overlay.ts';
import { treeFiles } from '../../../../../src/adapters/project/git/tree/tree-files.ts';
import { MergeRepository } from '../../../merge/tree-fixture.ts';
import { tempDirectories } from '../../../temp-directories.ts';

const link = (content: string) => ({ mode: '120000', content });
const folder = tempDirectories();
let repository: MergeRepository;
let objects: ObjectDatabase;
let tree = '';

beforeAll(() => {
  repository = new MergeRepository();
  const place = { gitDir: repository.directory, directory: repository.directory, env: process.env };
  objects = new ObjectDatabase(place, join(repository.directory, 'objects'));
  [tree = ''] = repository.trees([
    {
      'a.txt': 'a\n',
      'run.sh': { mode: '100755', content: 'run\n' },
      'in/b.txt': 'b\n',
      'in/up': link('../a.txt'),
      'in/out': link('../../a.txt'),
      out: link('..'),
      loop: link('loop'),
      nothing: link('none'),
    },
  ]);
});
afterAll(async () => {
  await objects.close();
  repository[Symbol.dispose]();
});

/** Files that a folder would show as they are in the tree, or not. */
function open(isAlike = true) {
  const overlay = createOverlay(objects, tree);
  const directory = folder();
  const filters = { readsUnchanged: async () => isAlike, capturesUnchanged: async () => isAlike };
  return { overlay, files: treeFiles(overlay, filters, async () => directoryFiles(directory)) };
}

describe('The files of a tree', () => {
  test.each(['in/up', './in/./up', 'a.txt'])('are read over links: %s', async path => {
    expect(String(await (await open().files.at(path)).read())).toBe('a\n');
  });

  test.each([
    ['in/out', 'it is a link that leads out of the sandbox'],
    ['out', 'it is a link that leads out of the sandbox'],
    ['loop', 'it is a link to nothing'],
    ['nothing', 'it is a link to nothing'],
  ])('are not read over a link that leads elsewhere: %s', async (path, why) => {
    await expect(open().files.at(path)).rejects.toMatchObject({
      code: 'TOOL_REFUSED',
      message: expect.stringContaining(why),
    });
  });

  test.each([
    ['a.txt', {}, '100644'],
    ['a.txt', { executable: true }, '100755'],
    ['run.sh', {}, '100755'],
    ['run.sh', { executable: false }, '100644'],
    ['new/deep/c.txt', {}, '100644'],
    ['new/deep/c.txt', { executable: true }, '100755'],
  ])('keep or change their mode when they are written: %s %j', async (path, options, mode) => {
    const { overlay, files } = open();
    await (await files.at(path)).write(Buffer.from('text\n'), options);
    expect(await overlay.at(path.split('/'))).toMatchObject({ mode });
    expect(repository.read(await overlay.tree(), path)).toBe('text\n');
  });

  test('are not written below a file, and the tree stays as it was', async () => {
    const { overlay, files } = open();
    const place = await files.at('a.txt/below');
    expect(place.kind).toBeNull();
    await expect(place.write(Buffer.from('text'))).rejects.toMatchObject({ code: 'TOOL_FAILED', where: 'a.txt/below' });
    expect(await overlay.tree()).toBe(tree);
  });

  test('have no entries when they are no folder', async () => {
    const { files } = open();
    expect(await (await files.at('none')).entries()).toEqual([]);
    expect(await (await files.at('a.txt')).entries()).toEqual([]);
    expect((await (await files.at('in')).entries()).map(({ path }) => path)).toEqual(['in/b.txt', 'in/out', 'in/up']);
  });

  test('are removed with the folder that they leave empty', async () => {
    const { overlay, files } = open();
    for (const path of ['in/b.txt', 'in/up', 'in/out', 'none/x'])
      await (await files.at(path, { follow: false })).remove();
    const left = repository.paths(await overlay.tree());
    expect(left).toEqual(['a.txt', 'loop', 'nothing', 'out', 'run.sh']);
    expect(await overlay.at(['in'])).toBeNull();
  });

  test('are those of the folder once it shows something else', async () => {
    const { overlay, files } = open(false);
    await (await files.at('new.txt')).write(Buffer.from('new\n'));
    expect(String(await (await files.at('new.txt')).read())).toBe('new\n');
    expect((await (await files.at('.')).entries()).map(({ path }) => path)).toEqual(['new.txt']);
    await (await files.at('new.txt')).remove();
    expect(await (await files.at('.')).entries()).toEqual([]);
    expect(await overlay.tree()).toBe(tree);
  });
});
