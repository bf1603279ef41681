import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdsOnlyIndexed } from '../../../../src/adapters/project/git/untracked-names.ts';
import { withGitFixture } from './git-fixture.ts';

const files = { 'a.txt': 'a\n', 'deep/er/b.txt': 'b\n', '.gitignore': '*.log\n' };

/** Paths that are not in the index; `git clean -ffdx` would remove each of them. */
const additions: Record<string, (root: string) => Promise<unknown>> = {
  'a file': root => writeFile(join(root, 'deep/er/new.txt'), ''),
  'an ignored file': root => writeFile(join(root, 'x.log'), ''),
  'an empty folder': root => mkdir(join(root, 'deep/empty')),
  'a link in place of a folder': async root => {
    await rm(join(root, 'deep'), { recursive: true });
    await symlink('.', join(root, 'deep'));
  },
  'a repository': root => mkdir(join(root, 'deep/.git')),
  'a file with a name that is not ASCII': root => writeFile(join(root, 'ä.txt'), ''),
};

test.each(Object.keys(additions))('A folder with %s has more files than its index', async name => {
  await withGitFixture(async ({ root }) => {
    const index = join(root, '.git/index');
    expect(await holdsOnlyIndexed(root, index, 20)).toBe(true);
    await additions[name]?.(root);
    expect(await holdsOnlyIndexed(root, index, 20)).toBe(false);
  }, files)();
});

test('A folder is not compared with an index that is missing, too long, or has non-ASCII names', async () => {
  await withGitFixture(async ({ root, git, write }) => {
    const index = join(root, '.git/index');
    expect(await holdsOnlyIndexed(root, join(root, 'none'), 20)).toBe(false);
    await write('ü.txt', '');
    await git('add', '--all');
    expect(await holdsOnlyIndexed(root, index, 20)).toBe(false);
    await rm(join(root, 'ü.txt'));
    for (let at = 0; at < 2_000; at++) await writeFile(join(root, `f${at}`), '');
    await git('add', '--all');
    expect(await holdsOnlyIndexed(root, index, 20)).toBe(false);
  }, files)();
});
