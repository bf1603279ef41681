/** Moved folders with changed files, merged without git and by git. */
import { expect, test } from 'vitest';
import { findRenames } from '../../../src/adapters/merge/files/renames.ts';
import { WorkBudget } from '../../../src/adapters/merge/text/work-budget.ts';
import { type FileEntry, type FileTree, mergeFileTrees, openTreeMerger } from '../../../src/merge.ts';
import { seededRandom, testSeed } from '../../seed.ts';
import { MergeRepository } from './tree-fixture.ts';

const seed = testSeed('moved folders');

/** Enough files that comparing every old file with every new one is too much. */
const folders = 600;

interface Move {
  /** The share of files in the folder that changed when it moved. */
  changed: number;
  /** The number of files in each part of the folder; all parts have files of the same names. */
  files: readonly string[];
}

type Texts = Record<string, string>;

function moved(random: () => number, { changed, files }: Move): Record<'base' | 'ours' | 'theirs', Texts> {
  const [base, ours, theirs]: Texts[] = [{ root: 'stays\n' }, { root: 'stays\n' }, { root: 'stays\n' }];
  for (let i = 0; i < folders; i++) {
    for (const name of files) {
      const lines = Array.from({ length: 24 }, (_, line) =>
        line % 6 === 5 ? '}' : `const v${line} = f${i}(${Math.floor(random() * 1e6)});`,
      );
      const text = (edit: number | null, word: string) =>
        `${lines.map((line, at) => (at === edit ? `// ${word} ${i}` : line)).join('\n')}\n`;
      const path = `part${i}/${name}`;
      const isChanged = random() < changed;
      if (base !== undefined) base[`src/${path}`] = text(null, '');
      if (ours !== undefined) ours[`packages/core/src/${path}`] = text(isChanged ? 3 : null, 'ours');
      if (theirs !== undefined) theirs[`src/${path}`] = text(i % 5 === 0 ? 20 : null, 'theirs');
    }
  }
  return { base: base ?? {}, ours: ours ?? {}, theirs: theirs ?? {} };
}

const treeOf = (texts: Texts): FileTree =>
  new Map(
    Object.entries(texts).map(([path, text]): [string, FileEntry] => [
      path,
      { mode: '100644', content: Buffer.from(text) },
    ]),
  );

test.each<[string, Move]>([
  ['each part with a changed index', { changed: 1, files: ['index.ts'] }],
  ['some files unchanged', { changed: 0.7, files: ['index.ts', 'index.test.ts'] }],
])('[R174] a folder of hundreds of files is followed as git follows it: %s', { timeout: 120_000 }, async (_, move) => {
  const { base, ours, theirs } = moved(seededRandom(seed), move);
  using repository = new MergeRepository();
  await using merger = openTreeMerger({ gitDir: repository.directory });
  const [b = '', o = '', t = ''] = repository.trees([base, ours, theirs]);
  const git = await merger.merge({ base: b, ours: o, theirs: t, alias: 'app', theirsPlanId: 'theirs' });
  const here = mergeFileTrees({ base: treeOf(base), ours: treeOf(ours), theirs: treeOf(theirs) });
  expect(git.clean).toBe(true);
  expect(here.conflicts).toEqual([]);
  const texts = Object.fromEntries([...here.tree].map(([path, { content }]) => [path, String(content)]));
  expect(repository.trees([texts])).toEqual([git.treeOid]);
});

test('[R174] rename detection stops at its work limit, and uses the renames found so far', () => {
  const { base, ours } = moved(seededRandom(seed), { changed: 0.5, files: ['index.ts'] });
  const [before, after] = [treeOf(base), treeOf(ours)];
  const all = findRenames(before, after);
  expect(all.size).toBe(folders);
  // Much less than comparing each of 300 files with each other, which takes two million steps.
  expect(findRenames(before, after, new WorkBudget(400_000)).size).toBe(folders);
  const exact = findRenames(before, after, new WorkBudget(0));
  expect(exact.size).toBeGreaterThan(folders / 3);
  expect(exact.size).toBeLessThan(folders);
});
