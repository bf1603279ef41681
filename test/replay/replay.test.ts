/** A history of known merges, replayed: each kind of difference must be seen for what it is. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type FixtureFiles, MergeRepository } from '../adapters/merge/tree-fixture.ts';
import type { FileComparison } from './compare.ts';
import { replay } from './replay.ts';
import { report } from './report.ts';

const copies: string[] = [];
afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});

function directory(): string {
  copies.push(mkdtempSync(join(tmpdir(), 'troupe-replayed-')));
  return copies.at(-1) as string;
}

const lines = (...all: (string | number)[]) => all.map(line => `${line}\n`).join('');
const json = (...keys: string[]) => `{\n${keys.map(key => `  "${key}": 1`).join(',\n')}\n}\n`;

/** Replaces the merge of two sides by the recorded one. */
function merged(
  repository: MergeRepository,
  base: FixtureFiles,
  ours: FixtureFiles,
  theirs: FixtureFiles,
  recorded: FixtureFiles,
): void {
  const sides = repository.threeWay(base, ours, theirs);
  const [tree = ''] = repository.trees([recorded]);
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@t'];
  const merge = repository.git(...who, 'commit-tree', tree, '-p', sides.ours, '-p', sides.theirs, '-m', 'x');
  repository.git('update-ref', `refs/heads/merge`, merge);
}

test("a merge made by people is compared with git's, and with their result", async () => {
  using repository = new MergeRepository();
  merged(
    repository,
    {
      'a.txt': lines(1, 2, 3, 4, 5),
      'b.txt': lines(1, 2, 3),
      'p.json': json('a', 'd', 'e'),
      'q.json': json('a', 'b', 'c', 'd', 'e', 'f'),
    },
    {
      'a.txt': lines('x', 2, 3, 4, 5),
      'b.txt': lines(1, 'o', 3),
      'p.json': json('a', 'b', 'd', 'e'),
      'q.json': json('z', 'a', 'b', 'c', 'd', 'e', 'f'),
    },
    {
      'a.txt': lines(1, 2, 3, 4, 'y'),
      'b.txt': lines(1, 's', 'o', 't', 3),
      'p.json': json('a', 'c', 'd', 'e'),
      'q.json': json('a', 'b', 'c', 'd', 'e', 'z', 'f'),
    },
    {
      'a.txt': lines('x', 2, 3, 4, 'y'),
      'b.txt': lines(1, 's', 'o', 't', 3),
      'p.json': json('a', 'b', 'c', 'd', 'e'),
      'q.json': json('z', 'a', 'b', 'c', 'd', 'e', 'f'),
    },
  );
  const found = await replay({
    from: repository.directory,
    directory: join(directory(), 'copy'),
    limit: 10,
    seed: 1,
    split: false,
    trees: true,
  });
  const of = (path: string) => found.files.find(each => each.of.path === path) as FileComparison;

  expect(of('a.txt')).toMatchObject({ lines: 'same', right: true, keys: 'not asked', lost: [] });
  expect(of('b.txt')).toMatchObject({
    lines: 'conflict in both',
    resolutions: [{ suggested: 'theirs', recorded: 'theirs' }],
  });
  expect(of('p.json')).toMatchObject({ lines: 'conflict in both', keys: 'as recorded', lost: [] });
  expect(of('q.json')).toMatchObject({ lines: 'same', invalid: true, keys: 'as recorded', right: false });
  expect(found.trees).toMatchObject([{ git: 'conflict', merger: 'same', files: 'by keys', unnamed: [] }]);
  const { text, sound } = report(found, 3);
  expect(sound).toBe(true);
  expect(text).toContain('theirs → theirs');
  expect(text).toContain('clean for git, and broken (1)');
});

test('a history without merges is split between two sides, whose merge is the original commit', async () => {
  using repository = new MergeRepository();
  const long = Array.from({ length: 60 }, (_, i) => `line ${i}`);
  const changed = long.map((line, i) => (i % 6 === 0 ? `${line} changed` : line));
  repository.threeWay(
    { 'a.txt': lines(...long), 'old.txt': lines(...long) },
    { 'a.txt': lines(...changed), 'new.txt': lines(...changed) },
    {},
  );
  repository.git('update-ref', '-d', 'refs/heads/theirs');
  const found = await replay({
    from: repository.directory,
    directory: join(directory(), 'copy'),
    limit: 10,
    seed: 3,
    split: true,
    trees: true,
  });

  expect(found.merges).toBe(1);
  expect(found.files).toMatchObject([{ of: { path: 'a.txt' }, lines: 'same', right: true }]);
  expect(found.trees).toMatchObject([
    { git: 'clean', merger: 'same', recorded: true, files: 'same', filesRecorded: true },
  ]);
});

test('the repository itself is only read', async () => {
  using repository = new MergeRepository();
  repository.threeWay({ a: lines(1, 2, 3) }, { a: lines('x', 2, 'y') }, {});
  const objects = () => execFileSync('git', ['-C', repository.directory, 'count-objects', '-v'], { encoding: 'utf8' });
  const before = objects();
  await replay({
    from: repository.directory,
    directory: join(directory(), 'copy'),
    limit: 10,
    seed: 1,
    split: true,
    trees: false,
  });
  expect(objects()).toBe(before);
});
