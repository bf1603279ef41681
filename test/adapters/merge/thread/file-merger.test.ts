import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { MergeThread } from '../../../../src/adapters/merge/thread/file-merger.ts';
import { type FileMerge, type HunkSide, mergeFile, mergeTrees, openFileMerger } from '../../../../src/merge.ts';
import { MergeRepository } from '../tree-fixture.ts';
import { largeJson, largeYaml } from './large-files.ts';

const small = {
  path: 'package.json',
  base: Buffer.from('{\n  "a": 1\n}\n'),
  ours: Buffer.from('{\n  "a": 1,\n  "b": 2\n}\n'),
  theirs: Buffer.from('{\n  "a": 1,\n  "c": 3\n}\n'),
};
const large = { path: 'a.json', ...largeJson() };
/** Ignores the difference between a Buffer and the bytes returned from another thread. */
const plain = ({ content, conflicts, ...rest }: FileMerge) => ({
  ...rest,
  content: text(content),
  conflicts: conflicts.map(({ base, ours, theirs, message }) => [message, ...[base, ours, theirs].map(sideOf)]),
});
const sideOf = ({ content, ...span }: HunkSide) => ({ ...span, content: text(content) });
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

test('[R173] a small file is merged in the calling thread, a large one in another, with the same result', async () => {
  const thread = new MergeThread();
  expect(plain(await thread.run('mergeFile', small))).toEqual(plain(mergeFile(small)));
  expect(thread.elsewhere).toBe(0);
  expect(plain(await thread.run('mergeFile', large))).toEqual(plain(mergeFile(large)));
  expect(thread.elsewhere).toBe(1);
  await thread.close();
});

test('[R173] a small text with lines that are hard to align is merged in another thread too', async () => {
  const thread = new MergeThread();
  const letters = (seed: number) =>
    Buffer.from(Array.from({ length: 20_000 }, (_, i) => `${((i * i * seed) % 9973) % 7}\n`).join(''));
  const hard = { path: 'a.txt', base: letters(3), ours: letters(5), theirs: letters(7) };
  expect(plain(await thread.run('mergeFile', hard))).toEqual(plain(mergeFile(hard)));
  expect(thread.elsewhere).toBe(1);
  await thread.close();
});

test('[R173] the event loop is not blocked while a large file is merged', async () => {
  await using merger = openFileMerger();
  await merger.merge(large);
  let turns = 0;
  let merging = true;
  const turn = () => {
    turns++;
    if (merging) setImmediate(turn);
  };
  setImmediate(turn);
  await merger.merge(large);
  merging = false;
  // In the calling thread it would run only once before and once after.
  expect(turns).toBeGreaterThan(20);
});

test('[R173] beyond its budget a merge uses lines only, and reports it', () => {
  const merged = mergeFile({ path: 'a.yaml', ...largeYaml() });
  expect(merged).toMatchObject({ clean: true, engine: 'lines-past-budget' });
  const { base, ours } = largeYaml();
  const theirs = Buffer.from(String(ours).replace('"ours"', '"theirs"'));
  expect(mergeFile({ path: 'a.yaml', base, ours, theirs })).toMatchObject({ clean: false });
  expect(mergeFile({ ...small, budget: 100 })).toMatchObject({ clean: false, engine: 'lines-past-budget' });
});

test('[R173] a merge of trees lists the files merged by lines only for lack of budget', async () => {
  using repository = new MergeRepository();
  const of = (yaml: Buffer) => ({ 'a.yaml': yaml });
  const { base, ours, theirs } = largeYaml();
  const sides = repository.threeWay(of(base), of(ours), of(theirs));
  const merged = await mergeTrees({ repoDir: repository.directory, ...sides });
  expect(merged).toMatchObject({ clean: true, engines: { 'a.yaml': 'lines-past-budget' } });
});

test('[R173] a merger that is closed during a merge or before it still returns the result', async () => {
  const merger = openFileMerger();
  const asked = merger.merge(large);
  await merger.close();
  const expected = plain(mergeFile(large));
  expect(plain(await asked)).toEqual(expected);
  expect(plain(await merger.merge(large))).toEqual(expected);
});

test('[R173] an idle thread does not keep the process running, and a busy one does', { timeout: 120_000 }, () => {
  const tsx = createRequire(import.meta.url).resolve('tsx/cli');
  const program = fileURLToPath(new URL('merge-without-close.ts', import.meta.url));
  expect(execFileSync(process.execPath, [tsx, program], { encoding: 'utf8', timeout: 100_000 })).toBe('elsewhere: 1\n');
});
