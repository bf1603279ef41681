import { spawn } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MergeThread } from '../../../../src/adapters/merge/thread/file-merger.ts';
import { openBlobReader } from '../../../../src/adapters/project/git/cat-file.ts';
import { applyResolution } from '../../../../src/adapters/project/git/conflicts.ts';
import { openGit } from '../../../../src/adapters/project/git/git.ts';
import { openGitRepository } from '../../../../src/adapters/project/git/repository.ts';
import { editTree } from '../../../../src/adapters/project/git/trees.ts';
import type { Resolution } from '../../../../src/model/conflict.ts';
import { gitEnvironment, withGitFixture } from './git-fixture.ts';

describe('running git', () => {
  test(
    '[R148] passes on no GIT_* variables of the caller except configuration and identity',
    withGitFixture(async ({ root, home }) => {
      const given = {
        ...gitEnvironment(home),
        GIT_DIR: '/nowhere',
        GIT_INDEX_FILE: '/nowhere',
        GIT_AUTHOR_NAME: 'Grace',
        GIT_SSH_COMMAND: 'false',
        EDITOR: 'false',
        UNSET: undefined,
      };
      const git = openGit({ cwd: root }, { env: given });
      const { stdout } = await git.tryRun(['-c', 'alias.x=!env', 'x']);
      const lines = stdout.toString().split('\n');
      expect(lines).toContain('GIT_AUTHOR_NAME=Grace');
      expect(lines).toContain('GIT_TERMINAL_PROMPT=0');
      expect(lines).toContain('LC_ALL=C');
      expect(lines.filter(line => /nowhere|GIT_SSH|^EDITOR|UNSET/.test(line))).toEqual([]);
      expect(await git.text(['var', 'GIT_AUTHOR_IDENT'])).toMatch(/^Grace /);
    }),
  );

  test(
    'fails with the command, the folder and the output of git, even when git prints nothing',
    withGitFixture(async ({ root, home }) => {
      const git = openGit({ cwd: root }, { env: gitEnvironment(home) });
      await expect(git.text(['rev-parse', 'nonsense', '--'])).rejects.toMatchObject({
        code: 'GIT_FAILED',
        message: "git rev-parse nonsense -- failed: bad revision 'nonsense'",
        where: root,
        details: { exitCode: 128 },
      });
      await expect(git.text(['rev-parse', '-q', '--verify', 'nonsense'])).rejects.toThrow('exit code 1');
      await expect(git.exec(['update-ref', 'refs/x', 'nonsense'])).rejects.toMatchObject({
        details: { exitCode: 128 },
      });
      await writeFile(join(root, '.git/index.lock'), '');
      await expect(git.exec(['add', '.'])).rejects.toMatchObject({
        hints: [`rm ${join(root, '.git/index.lock')}  # when no other git is running`],
      });
      await expect(git.run(['hash-object', '--stdin'], { input: 'x' })).resolves.toMatchObject({ code: 0 });
      const unread = await git.tryRun(['rev-parse', 'HEAD'], { input: 'x'.repeat(1_000_000) });
      expect(unread.code).toBe(0);
    }),
  );

  test(
    'reports whether git or the folder is missing',
    withGitFixture(async ({ root, home }) => {
      const without = openGit({ cwd: root }, { env: { PATH: '/nowhere' } });
      for (const ask of [without.text, without.exec])
        await expect(ask(['version'])).rejects.toMatchObject({
          message: 'git could not be started: spawn git ENOENT',
          hints: ['git --version'],
        });
      const nowhere = openGit({ cwd: join(root, 'no') }, { env: gitEnvironment(home) });
      for (const ask of [nowhere.text, nowhere.exec])
        await expect(ask(['version'])).rejects.toMatchObject({
          message: 'the folder is gone',
          where: join(root, 'no'),
        });
    }),
  );
});

describe('reading blobs', () => {
  test(
    'answers many requests in order, for all names and sizes',
    withGitFixture(
      async ({ root, home }) => {
        const reader = openBlobReader(openGit({ cwd: root }, { env: gitEnvironment(home) }));
        const names = ['HEAD:a.txt', 'HEAD:new\nline', 'HEAD:no\nsuch missing\nfile', 'HEAD:large', 'HEAD', 'HEAD:'];
        const answers = await Promise.all([...names, ...names].map(name => reader.read(name)));
        const wanted = ['a\n', 'x', undefined, 'large\n'.repeat(100_000).length, undefined, undefined];
        expect(answers.map(answer => (answer && answer.length > 9 ? answer.length : answer?.toString()))).toEqual([
          ...wanted,
          ...wanted,
        ]);
        await reader.close();
        expect((await reader.read('HEAD:a.txt'))?.toString()).toBe('a\n');
        await reader.close();
        await reader.close();
      },
      { 'a.txt': 'a\n', 'new\nline': 'x', large: 'large\n'.repeat(100_000) },
    ),
  );

  test(
    'continues when its process dies, and fails a request that kills it',
    withGitFixture(async ({ root, home }) => {
      const git = openGit({ cwd: root }, { env: gitEnvironment(home) });
      const started: { kill(): boolean }[] = [];
      const reader = openBlobReader({
        ...git,
        spawn: words => {
          const child = git.spawn(words);
          started.push(child);
          return child;
        },
      });
      await reader.read('HEAD:a.txt');
      const asked = reader.read('HEAD:a.txt');
      started[0]?.kill();
      expect((await asked)?.toString()).toBe('a\n');
      await expect(reader.read('HEAD:../a.txt')).rejects.toThrow('git ended with code 128');
      expect((await reader.read('HEAD:a.txt'))?.toString()).toBe('a\n');
      await reader.close();
      const broken = openBlobReader(openGit({ cwd: root }, { env: { PATH: '/nowhere' } }));
      await expect(broken.read('HEAD:a.txt')).rejects.toThrow();
    }),
  );
});

/** A process that answers every request with these chunks. */
const saying = (...pieces: string[]) =>
  `process.stdin.on('data', async () => { for (const piece of ${JSON.stringify(pieces)}) {
    await new Promise(done => process.stdout.write(piece, done)); await new Promise(setImmediate); } })`;

describe('an answer in several chunks', () => {
  for (const [what, pieces, wanted] of [
    ['a blob', ['ab', 'cd blob 3\n', 'x', 'yz', '\n'], 'xyz'],
    ['a missing name', ['HEAD:a', ' miss', 'ing\n'], undefined],
    ['something else', ['abcd submodule', '\n'], undefined],
  ] as const)
    test(
      `is joined: ${what}`,
      withGitFixture(async ({ root, home }) => {
        const git = openGit({ cwd: root }, { env: gitEnvironment(home) });
        const reader = openBlobReader({ ...git, spawn: () => spawn(process.execPath, ['-e', saying(...pieces)]) });
        expect((await reader.read('HEAD:a'))?.toString()).toBe(wanted);
        expect((await reader.read('HEAD:a'))?.toString()).toBe(wanted);
        await reader.close();
      }),
    );
});

describe('resolving a conflict', () => {
  const side = (oid: string | null, mode: string | null) => ({ oid, mode, planIds: [], goals: [] });
  const conflict = {
    conflictId: 'T:run.sh',
    alias: 'main',
    path: 'run.sh',
    kind: 'content' as const,
    base: side('b', '100644'),
    ours: side('o', '100755'),
    theirs: side('t', '100755'),
    markedOid: null,
    hunks: [],
    message: '',
  };
  const content = { take: 'content', oid: 'c', mode: null } as const;

  const noBlobs = {
    thread: new MergeThread(),
    read: () => Promise.reject(new Error('not asked')),
    write: () => Promise.reject(new Error('no')),
  };
  const edit = (of: typeof conflict, resolution: Resolution) => applyResolution(noBlobs, of, resolution);
  const modeOf = async (of: typeof conflict) => (await edit(of, content)).mode;

  test('with a side uses its mode, or none for a deletion', async () => {
    expect(await edit(conflict, { take: 'base' })).toEqual({ path: 'run.sh', oid: 'b', mode: '100644' });
    const deleted = { ...conflict, theirs: side(null, null) };
    expect(await edit(deleted, { take: 'theirs' })).toEqual({ path: 'run.sh', oid: null });
  });

  test('with new content uses the mode of the file, or the one that a side changed', async () => {
    expect(await modeOf(conflict)).toBe('100755');
    expect(await modeOf({ ...conflict, theirs: side('t', '100644') })).toBe('100755');
    expect(await modeOf({ ...conflict, ours: side('o', '100644') })).toBe('100755');
    expect(await modeOf({ ...conflict, ours: side(null, null) })).toBe('100755');
    expect(await modeOf({ ...conflict, ours: side('o', '120000'), theirs: side(null, null) })).toBe('100644');
    expect((await edit(conflict, { ...content, mode: '120000' })).mode).toBe('120000');
  });

  test('with an agent has no result before the agent has run', async () => {
    await expect(edit(conflict, { take: 'actor', actor: null })).rejects.toThrow(TypeError);
  });
});

describe('writing trees', () => {
  test(
    'leaves no index file, not even after a failure',
    withGitFixture(async ({ root, home, git }) => {
      const ground = await openGitRepository(root, { env: gitEnvironment(home) });
      const tree = await git('rev-parse', 'HEAD^{tree}');
      const oid = await git('rev-parse', 'HEAD:a.txt');
      await expect(editTree(ground, tree, [{ path: '.git/config', oid }])).rejects.toMatchObject({
        code: 'USAGE',
        where: '.git/config',
      });
      await expect(editTree(ground, tree, [{ path: '../out', oid }])).rejects.toMatchObject({ code: 'USAGE' });
      await expect(editTree(ground, tree, [{ path: 'b', oid, mode: 'x' }])).rejects.toMatchObject({
        code: 'GIT_FAILED',
      });
      expect(await git('ls-tree', '--name-only', await editTree(ground, tree, [{ path: 'b', oid }]))).toBe('a.txt\nb');

      expect(await readdir(ground.own)).toEqual([]);
    }),
  );
});
