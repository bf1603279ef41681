/** A single merge of trees: which processes it starts, and which files of the repository it reads itself. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findGitDirectories } from '../../../src/adapters/merge/tree/git-directories.ts';
import { mergeTrees } from '../../../src/merge.ts';
import { MergeRepository } from './tree-fixture.ts';

const texts = (word: string, at: number) =>
  Array.from({ length: 30 }, (_, i) => `${i === at ? word : `line ${i}`}\n`).join('');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'troupe-single-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A PATH with a git that records its arguments. */
function countingGit(): { env: { PATH: string }; started(): string[] } {
  const log = join(folder, 'log');
  const real = execFileSync('/bin/sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const git = join(folder, 'git');
  writeFileSync(log, '');
  writeFileSync(git, `#!/bin/sh\necho "$*" >> ${log}\nexec ${real} "$@"\n`);
  chmodSync(git, 0o755);
  const words = /(?:^| )(merge-tree|cat-file|rev-parse|check-attr|diff-tree) /;
  const started = () =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => words.exec(line)?.[1] ?? line);
  return { env: { PATH: `${folder}:${process.env.PATH}` }, started };
}

test('[R173] a clean merge of commits starts git once', async () => {
  using repository = new MergeRepository();
  const sides = repository.threeWay({ f: texts('', -1) }, { f: texts('ours', 3) }, { f: texts('theirs', 20) });
  const { env, started } = countingGit();
  for (const pack of [false, true]) {
    if (pack) repository.git('repack', '-a', '-d', '-q', '--window=0');
    const merged = await mergeTrees({ repoDir: repository.directory, ...sides, env });
    expect(merged).toMatchObject({ clean: true, engines: { f: 'merge-ort' } });
    expect(repository.read(merged.treeOid, 'f')).toContain('ours\n');
  }
  expect(started()).toEqual(['merge-tree', 'merge-tree']);
});

test('a repository is found from a subfolder, bare and from a linked work tree, and reported if missing', () => {
  const git = (...words: string[]) => execFileSync('git', words, { cwd: folder, encoding: 'utf8' }).trim();
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  git('init', '--quiet', 'project');
  git('-C', 'project', ...identity, 'commit', '--quiet', '--allow-empty', '--message=Begin');
  git('-C', 'project', 'worktree', 'add', '--quiet', '../beside');
  git('clone', '--quiet', '--bare', 'project', 'bare.git');
  mkdirSync(join(folder, 'project/a/b'), { recursive: true });
  for (const each of ['project', 'project/a/b', 'project/.git', 'beside', 'bare.git', 'bare.git/refs']) {
    const absolute = (word: string) => git('-C', each, 'rev-parse', '--path-format=absolute', word);
    expect([each, findGitDirectories(join(folder, each))]).toEqual([
      each,
      {
        gitDir: absolute('--git-dir'),
        commonDir: absolute('--git-common-dir'),
        objects: git('-C', each, 'rev-parse', '--path-format=absolute', '--git-path', 'objects'),
      },
    ]);
  }
  expect(findGitDirectories(folder)).toBeNull();
  writeFileSync(join(folder, '.git'), 'gitdir: nowhere\n');
  expect(findGitDirectories(folder)).toBeNull();
});
