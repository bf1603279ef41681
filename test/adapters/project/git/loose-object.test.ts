import { chmod, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { objectId, writeLooseObject, writeSmallObject } from '../../../../src/adapters/project/git/loose-object.ts';
import { withGitFixture } from './git-fixture.ts';

const text = (content: string, like: string) => ({ type: 'blob' as const, content: Buffer.from(content), like });

test(
  'An object is written once, as git writes it, in a folder with the permissions of its siblings',
  withGitFixture(async ({ root, git }) => {
    const directory = join(root, '.git/objects');
    await chmod(directory, 0o775);
    const like = await git('rev-parse', 'HEAD');
    const oid = await writeLooseObject(directory, text('some words\n', like));
    expect(await git('cat-file', 'blob', oid)).toBe('some words');
    expect(objectId(text('some words\n', like))).toBe(oid);
    expect((await stat(join(directory, oid.slice(0, 2)))).mode & 0o777).toBe(0o775);
    const before = await stat(join(directory, oid.slice(0, 2), oid.slice(2)));
    expect(await writeLooseObject(directory, text('some words\n', like))).toBe(oid);
    expect((await stat(join(directory, oid.slice(0, 2), oid.slice(2)))).mtimeMs).toBe(before.mtimeMs);
    expect((await readdir(directory)).filter(name => name.startsWith('tmp_obj_'))).toEqual([]);
    await git('fsck', '--strict');
  }),
);

test(
  'Writing an object reports why it failed, and leaves no files',
  withGitFixture(async ({ root, git }) => {
    const like = await git('rev-parse', 'HEAD');
    const object = text('other words\n', like);
    const directory = join(root, '.git/objects');
    const folder = join(directory, objectId(object).slice(0, 2));
    await rm(folder, { recursive: true, force: true });
    await writeFile(folder, 'in the way');
    await expect(writeLooseObject(directory, object)).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect((await readdir(directory)).filter(name => name.startsWith('tmp_obj_'))).toEqual([]);
  }),
);

test('a small object that cannot be written is reported', () => {
  const object = { type: 'blob', content: Buffer.from('a'), like: '0'.repeat(40) } as const;
  expect(() => writeSmallObject('/sys', object)).toThrow(
    expect.objectContaining({ code: 'READ_ONLY', message: 'nothing can be written to /sys: it may only be read' }),
  );
  expect(() => writeSmallObject('/none', object)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
