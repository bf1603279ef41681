/**
 * Merging where it takes longest: large files with structure, the event loop meanwhile, and one merge of trees beside a
 * process of git that does the same.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { mergeFile, mergeTrees, openFileMerger } from '../../../src/merge.ts';
import { MergeRepository } from '../../adapters/merge/tree-fixture.ts';
import { processorMs } from '../../processor-time.ts';
import { type BenchCase, type BenchContext, type Measurement, median } from '../bench-case.ts';

const run = promisify(execFile);

interface MergeCase {
  base: Buffer;
  ours: Buffer;
  theirs: Buffer;
}

type WriteFile = (count: number) => MergeCase;

/** A text of so many entries, of which each side changes one, the two far apart, or adds one in the same place. */
function sides(count: number, adds: boolean, write: (entries: { key: string; value: string }[]) => string): MergeCase {
  const text = (at: number, value: string) => {
    const entries = Array.from({ length: count }, (_, i) => ({ key: `key-${i}`, value: i === at ? value : 'v' }));
    if (adds && value !== '') entries.splice(count / 2, 0, { key: `new-${value}`, value });
    return Buffer.from(write(entries));
  };
  return { base: text(-1, ''), ours: text(adds ? -1 : 1, 'ours'), theirs: text(adds ? -1 : count - 2, 'theirs') };
}

const json = (entries: { key: string; value: string }[]) =>
  `{\n${entries.map(({ key, value }) => `  "some.${key}.of.many": "${value}"`).join(',\n')}\n}\n`;
const yaml = (entries: { key: string; value: string }[]) =>
  entries.map(({ key, value }) => `some.${key}.of.many: ${value}\n`).join('');
const anchored = (entries: { key: string; value: string }[]) =>
  `defaults: &defaults\n  restart: always\n${entries
    .map(({ key, value }) => `service-${key}:\n  image: registry/service:${value}\n  environment:\n    LEVEL: info\n`)
    .join('')}last:\n  <<: *defaults\n`;
const lock = (entries: { key: string; value: string }[]) =>
  `{\n  "packages": {\n${entries
    .map(
      ({ key, value }) =>
        `    "node_modules/${key}": {\n      "version": "1.0.0-${value}",\n      "resolved": "https://registry.example.com/${key}/-/${key}-1.0.0-${value}.tgz",\n      "integrity": "sha512-${'0123456789'.repeat(8)}==",\n      "dependencies": {\n        "other": "^1.0.0",\n        "another": "^2.0.0"\n      },\n      "engines": {\n        "node": ">=18"\n      }\n    }`,
    )
    .join(',\n')}\n  }\n}\n`;

/** Name → path, entries, how they are made. */
const files: [name: string, path: string, count: number, make: WriteFile][] = [
  ['merge.keys.json', 'a.json', 40_000, count => sides(count, false, json)],
  ['merge.added.json', 'a.json', 40_000, count => sides(count, true, json)],
  ['merge.keys.yaml', 'a.yaml', 40_000, count => sides(count, false, yaml)],
  ['merge.added.yaml', 'a.yaml', 40_000, count => sides(count, true, yaml)],
  ['merge.anchor.yaml', 'a.yaml', 10_000, count => sides(count, false, anchored)],
  ['merge.lock.json', 'package-lock.json', 5_000, count => sides(count, false, lock)],
];

export const bench: BenchCase = {
  needs: 'git',
  async run(context) {
    const rows: Measurement[] = [];
    for (const [name, path, count, make] of files) {
      if (!context.includes(name)) continue;
      const of = { path, ...make(context.size(count, 10)) };
      const runs = Array.from({ length: context.size(7, 1) }, () => measureCpu(() => mergeFile(of)));
      rows.push({ name, value: median(runs), unit: 'ms CPU', n: runs.length });
    }
    if (context.includes('merge.loop')) rows.push(...(await longestBlock(context)));
    if (context.includes('merge.once', 'merge.once.git')) rows.push(...(await once(context)));
    return rows;
  },
};

function measureCpu(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * The most that the thread of the event loop worked between two of its turns while all of the files were merged: processor time, for how
 * long other programs kept it waiting says nothing. Linux alone tells it of one thread.
 */
async function longestBlock(context: BenchContext): Promise<Measurement[]> {
  const own = `/proc/self/task/${process.pid}/schedstat`;
  if (!existsSync(own)) return [];
  const worked = () => Number(readFileSync(own, 'utf8').split(' ')[0]) / 1e6;
  await using merger = openFileMerger();
  const all = files.map(([, path, count, make]) => ({ path, ...make(context.size(count, 10)) }));
  for (const of of all) await merger.merge(of);
  let longest = 0;
  let before = worked();
  let merging = true;
  const turn = () => {
    const now = worked();
    longest = Math.max(longest, now - before);
    before = now;
    if (merging) setImmediate(turn);
  };
  setImmediate(turn);
  for (const of of all) await merger.merge(of);
  merging = false;
  return [{ name: 'merge.loop', value: longest, unit: 'ms CPU', n: all.length }];
}

/**
 * One merge of trees, and a process of git that does it: processor time of this process and of the processes under it.
 * Linux alone tells it of both.
 */
async function once(context: BenchContext): Promise<Measurement[]> {
  if (!existsSync('/proc/self/stat')) return [];
  using repository = new MergeRepository();
  const lines = (word: string, at: number) =>
    Array.from({ length: 200 }, (_, i) => `${i === at ? word : `line ${i}`}\n`).join('');
  const tree = (word: string, at: number) =>
    Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`d${i % 10}/${i}`, i === 7 ? lines(word, at) : `${i}\n`]),
    );
  const of = repository.threeWay(tree('', -1), tree('ours', 10), tree('theirs', 150));
  const words = ['-C', repository.directory, 'merge-tree', '--write-tree', '-z', '--messages', of.ours, of.theirs];
  const withGit = () => run('git', words);
  const withOurs = () => mergeTrees({ repoDir: repository.directory, ...of });
  const [rounds, each] = [context.size(20, 1), context.size(10, 5)];
  const [ours, git]: [number[], number[]] = [[], []];
  // The process of git is compiled; this code is after some merges, and the spawn server starts once.
  for (let i = 0; i < each; i++) await withOurs();
  for (let round = 0; round < rounds; round++) {
    git.push(await cpuMs(withGit, each));
    ours.push(await cpuMs(withOurs, each));
  }
  // The mean: one tick of the clock is 10 ms, a good part of what a round takes.
  const perRun = (all: number[]) => all.reduce((sum, ms) => sum + ms, 0) / (rounds * each);
  return [
    { name: 'merge.once', value: perRun(ours), unit: 'ms CPU', n: rounds * each },
    { name: 'merge.once.git', value: perRun(git), unit: 'ms CPU', n: rounds * each },
  ];
}

async function cpuMs(work: () => Promise<unknown>, count: number): Promise<number> {
  const before = processorMs();
  for (let i = 0; i < count; i++) await work();
  return processorMs() - before;
}
