import { chmod, lstat, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readIndex } from '../../../../src/adapters/project/git/index-file.ts';
import { treeOfIndex } from '../../../../src/adapters/project/git/index-tree.ts';
import { openGitRepository, type ProjectRepository } from '../../../../src/adapters/project/git/repository.ts';
import { seededRandom, testSeed } from '../../../seed.ts';
import { type GitFixture, gitEnvironment, withGitFixture } from './git-fixture.ts';

/** A repository and the tree of its index: our result, whether git was started for it, and the result of git. */
const onIndex = (
  work: (
    fixture: GitFixture & {
      file: string;
      ground: ProjectRepository;
      ours(): Promise<string | null>;
      /** After this the index has the trees of all folders. */
      theirs(): Promise<string>;
    },
  ) => Promise<void>,
) =>
  withGitFixture(async fixture => {
    const { root, home, git } = fixture;
    const ground = await openGitRepository(root, { env: gitEnvironment(home) });
    const file = join(root, '.git/index');
    try {
      await work({
        ...fixture,
        file,
        ground,

        ours: () => treeOfIndex(ground, file),
        theirs: () => git('write-tree'),
      });
    } finally {
      await ground.database.close();
      await ground.refs.close();
    }
  });

const names = ['a', 'a.b', 'a-b', 'a0', 'b', 'B', 'ä', 'long'.repeat(30), '"q"', 'back\\slash', 'new\nline', '-x'];

/** Replaces folders by files and files by folders. */
async function makeRoom(root: string, path: string): Promise<void> {
  const parts = path.split('/');
  for (const depth of parts.keys()) {
    const at = join(root, ...parts.slice(0, depth + 1));
    const isFolder = await lstat(at).then(
      found => found.isDirectory(),
      () => true,
    );
    if (!isFolder) await rm(at);
  }
  await rm(join(root, path), { recursive: true, force: true });
}

describe('The tree of an index', () => {
  test(
    'is the one that git would write, for any change, in folders with and without a cached tree',
    onIndex(async ({ root, git, ours, theirs, write }) => {
      const random = seededRandom(testSeed('trees of indexes'));
      let answered = 0;
      const pick = () => names[Math.floor(random() * names.length)] as string;
      for (let round = 0; round < 24; round++) {
        for (let change = 0; change < 4; change++) {
          const path = Array.from({ length: 1 + Math.floor(random() * 3) }, pick).join('/');
          await makeRoom(root, path);
          const kind = random();
          if (kind < 0.2) continue;
          await write(path, `${random()}`);
          if (kind < 0.4) await chmod(join(root, path), 0o755);
          if (kind > 0.8) {
            await rm(join(root, path));
            await symlink(`to ${random()}`, join(root, path));
          }
        }
        await git('add', '--all');
        // For many changes it is left to git, which caches the tree in the index.
        const tree = (await ours()) ?? (await theirs());
        answered += Number(tree === (await ours()));
        // git checks every object of it.
        await git('fsck', '--strict', '--no-dangling', String(tree));
        // Only sometimes, so that the cached tree in the index is several rounds old.
        if (random() < 0.5) {
          expect(tree).toBe(await theirs());
          expect(await ours()).toBe(tree);
        }
      }
      expect(answered).toBe(24);
      expect(await ours()).toBe(await theirs());
    }),
  );

  test(
    'has links to other repositories, and is empty without files',
    onIndex(async ({ git, ours, theirs }) => {
      await git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},inner/link`);
      expect(await ours()).toBe(await theirs());
      await git('rm', '-r', '--cached', '--quiet', '.');
      expect(await ours()).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
      expect(await ours()).toBe(await theirs());
    }),
  );

  test(
    'uses the hash algorithm of the repository',
    withGitFixture(async ({ root, home, git }) => {
      const inner = join(root, 'inner');
      await git('init', '--quiet', '--object-format=sha256', inner);
      await mkdir(join(inner, 'folder'));
      await writeFile(join(inner, 'folder/file'), 'x');
      await git('-C', inner, 'add', '--all');
      const ground = await openGitRepository(inner, { env: gitEnvironment(home) });
      const tree = await treeOfIndex(ground, join(inner, '.git/index'));
      expect(tree).toMatch(/^[0-9a-f]{64}$/);
      expect(tree).toBe(await git('-C', inner, 'write-tree'));
      await ground.database.close();
    }),
  );

  test(
    'is left to git if the index has compressed paths, conflicts or intent-to-add entries, or is split',
    onIndex(async ({ root, git, write, ours, theirs, file }) => {
      await write('folder/file', 'x');
      await git('add', '--all');
      expect(await ours()).toBe(await theirs());
      await git('update-index', '--index-version', '4');
      expect(await ours()).toBeNull();
      await git('update-index', '--index-version', '2');
      expect(await ours()).toBe(await theirs());

      await write('announced', 'x');
      await git('add', '--intent-to-add', 'announced');
      expect(await ours()).toBeNull();
      await git('add', 'announced');
      // Version 3: files that are not checked out are part of the tree.
      await git('update-index', '--skip-worktree', 'announced');
      expect(await ours()).toBe(await theirs());

      await git('update-index', '--split-index');
      expect(await ours()).toBeNull();
      await git('update-index', '--no-split-index');
      const oid = await git('hash-object', 'folder/file');
      const input = [1, 2, 3].map(stage => `100644 ${oid} ${stage}\tfolder/file\n`).join('');
      await writeFile(join(root, '../stages'), input);
      await git('rm', '--cached', '--quiet', 'folder/file');
      await git('-c', `alias.stages=!git update-index --index-info <'${join(root, '../stages')}'`, 'stages');
      expect(await ours()).toBeNull();
      await rm(file);
      expect(await ours()).toBeNull();
      await writeFile(file, 'DIRC and then something that is not an index at all');
      expect(await ours()).toBeNull();
    }),
  );

  test(
    'is left to git if much has to be written, or an object is missing',
    onIndex(async ({ root, git, write, ours, theirs }) => {
      await Promise.all(Array.from({ length: 70 }, (_, at) => write(`d${at}/file`, `${at}`)));
      await git('add', '--all');
      expect(await ours()).toBeNull();
      const tree = await theirs();
      // git has cached its tree in the index: now there is little to write.
      expect(await ours()).toBe(tree);
      await write('d1/file', 'lost');
      await git('add', '--all');
      const oid = await git('hash-object', 'd1/file');
      await rm(join(root, '.git/objects', oid.slice(0, 2), oid.slice(2)));
      expect(await ours()).toBeNull();
    }),
  );
});

test('An index with an unknown version or extension is not read', () => {
  const index = (version: number, extension: string) => {
    const header = Buffer.alloc(12);
    header.write('DIRC', 'latin1');
    header.writeUInt32BE(version, 4);
    const after = Buffer.alloc(8);
    after.write(extension, 'latin1');
    return Buffer.concat([header, after, Buffer.alloc(20)]);
  };
  expect(readIndex(index(2, 'WHAT'), 20)).toMatchObject({ count: 0, root: { count: null } });
  expect(readIndex(index(2, 'must'), 20)).toBeNull();
  expect(readIndex(index(7, 'WHAT'), 20)).toBeNull();
  expect(readIndex(Buffer.from('DIRC'), 20)).toBeNull();
});
