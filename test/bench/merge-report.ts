/**
 * Merging, measured: ours, node-diff3 alone, a `git merge-file` process and one lasting `git merge-tree`, by size of
 * file, in one run; then how often ours and git agree. Figures are printed, nothing is asserted.
 *
 *     npx tsx test/bench/merge-report.ts [histories for the agreement, default 2000]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diff3Merge } from 'node-diff3';
import { mergeFile, openTreeMerger } from '../../src/merge.ts';
import { mergeWithGit } from '../adapters/merge/git-merge-file.ts';
import { createRandomSource, randomFile, solvedFile, type ThreeWayFile, toBytes } from '../adapters/merge/histories.ts';
import { MergeRepository } from '../adapters/merge/tree-fixture.ts';

/** node-diff3 alone takes seconds above this. */
const nodeDiff3LinesMax = 6000;
const seed = 20_000;

await times();
structureTimes();
await foldTimes();
agreement(Number(process.argv[2] ?? 2000));
solvedFiles();

async function times(): Promise<void> {
  console.log('ms, median / p99            ours          node-diff3    git merge-file   git merge-tree (lasting)');
  for (const [lines, runs] of [
    [100, 100],
    [500, 100],
    [2500, 60],
    [10_000, 40],
    [50_000, 20],
  ] as const) {
    const found = Array.from({ length: runs }, (_, i) =>
      randomFile(createRandomSource(seed + i), { lines, edits: Math.min(40, lines / 20), repeatedShare: 0.35 }),
    );
    const kilobytes = Math.round((found[0]?.base.join('').length ?? 0) / 1000);
    const columns = [
      timed(found, one => mergeFile({ path: 'x', ...toBytes(one) })),
      lines > nodeDiff3LinesMax ? null : timed(found, one => diff3Merge(one.ours, one.base, one.theirs)),
      mergeFileTimes(found),
      await mergeTreeTimes(found),
    ];
    console.log(
      `${lines} lines, ${kilobytes} kB`.padEnd(26),
      columns.map(column => printTimes(column).padEnd(15)).join(' '),
    );
  }
}

/** Lock files whose lines conflict: what reading, merging by key and reading again costs. */
function structureTimes(): void {
  console.log('\nby key, ms, median / p99');
  const entry = {
    json: (name: string, version: number) =>
      `    "node_modules/${name}": {\n      "version": "${version}.0.0",\n      "dev": true\n    }`,
    yaml: (name: string, version: number) =>
      `  /${name}@1:\n    resolution: {integrity: sha512-${version}}\n    dev: true\n`,
  };
  const file = {
    json: (entries: string[]) => `{\n  "packages": {\n${entries.join(',\n')}\n  }\n}\n`,
    yaml: (entries: string[]) => `packages:\n${entries.join('')}`,
  };
  for (const kind of ['json', 'yaml'] as const) {
    for (const count of [300, 3000]) {
      const names = Array.from({ length: count }, (_, i) => `package-${i}`);
      const lock = (...added: string[]) =>
        Buffer.from(file[kind](names.toSpliced(count / 2, 0, ...added).map(name => entry[kind](name, 1))));
      const [base, ours, theirs] = [lock(), lock('ours'), lock('theirs')];
      const run = () => mergeFile({ path: `lock.${kind}`, base, ours, theirs });
      const times = Array.from({ length: 40 }, () => {
        const start = performance.now();
        if (run().engine !== 'structure') throw new Error('lines merged what was to be merged by key');
        return performance.now() - start;
      });
      console.log(`${kind}, ${Math.round(base.length / 1000)} kB`.padEnd(26), printTimes(times));
    }
  }
}

/** Two hundred children that do not meet: all in one step, and one merge after the other. */
async function foldTimes(): Promise<void> {
  console.log('\n200 children of one base, ms         in one step   one by one');
  for (const count of [500, 5000]) {
    using repository = new MergeRepository();
    await using merger = openTreeMerger({ gitDir: repository.directory });
    const path = (i: number) => `d${i % 50}/${i}`;
    const files = Object.fromEntries(Array.from({ length: count }, (_, i) => [path(i), `${i}\n`]));
    const [base = ''] = repository.trees([files]);
    const blob = repository.run(['hash-object', '-w', '--stdin'], 'changed\n').toString().trim();
    const children = Array.from({ length: 200 }, (_, i) => {
      repository.run(['read-tree', base]);
      repository.run(['update-index', '--cacheinfo', `100644,${blob},${path(i)}`]);
      return { base, theirs: repository.git('write-tree') };
    });
    const start = performance.now();
    await merger.mergeDisjoint({ ours: base, children });
    const folded = performance.now();
    let ours = base;
    for (const child of children) {
      ours = (await merger.merge({ ...child, ours, alias: 'main', theirsPlanId: 'theirs' })).treeOid;
    }
    const figures = [folded - start, performance.now() - folded].map(ms => ms.toFixed(0).padEnd(13));
    console.log(`${count} files`.padEnd(36), figures.join(' '));
  }
}

function timed(found: ThreeWayFile[], act: (one: ThreeWayFile) => unknown): number[] {
  for (const one of found.slice(0, 5)) act(one);
  return found.map(one => {
    const start = performance.now();
    act(one);
    return performance.now() - start;
  });
}

function mergeFileTimes(found: ThreeWayFile[]): number[] {
  const directory = mkdtempSync(join(tmpdir(), 'troupe-bench-'));
  try {
    const file = (name: string) => join(directory, name);
    return found.map(one => {
      for (const [name, content] of Object.entries(toBytes(one))) writeFileSync(file(name), content);
      const start = performance.now();
      try {
        execFileSync('git', ['merge-file', '-p', file('ours'), file('base'), file('theirs')], {
          stdio: ['ignore', 'pipe', 'ignore'],
          maxBuffer: 1 << 28,
        });
      } catch {
        // A conflict is an exit code; its time counts like any other.
      }
      return performance.now() - start;
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function mergeTreeTimes(found: ThreeWayFile[]): Promise<number[]> {
  using repository = new MergeRepository();
  await using merger = openTreeMerger({ gitDir: repository.directory });
  const times: number[] = [];
  for (const one of found) {
    const leaves = (lines: string[]) => ({ file: lines.join('') });
    const sides = repository.threeWay(leaves(one.base), leaves(one.ours), leaves(one.theirs));
    const start = performance.now();
    await merger.merge({ ...sides, alias: 'main', theirsPlanId: 'theirs' });
    times.push(performance.now() - start);
  }
  return times;
}

function printTimes(times: number[] | null): string {
  if (times === null) return '–';
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `${at(0.5)} / ${at(0.99)}`;
}

function agreement(count: number): void {
  console.log('\nagreement with git merge-file');
  for (const size of [
    { lines: 12, edits: 3, repeatedShare: 0.7 },
    { lines: 40, edits: 3, repeatedShare: 0.3 },
    { lines: 300, edits: 6, repeatedShare: 0.4 },
    { lines: 300, edits: 3, repeatedShare: 0.7 },
    { lines: 1000, edits: 12, repeatedShare: 0.4 },
  ]) {
    const files = Array.from({ length: count }, (_, i) => toBytes(randomFile(createRandomSource(seed + i), size)));
    const answers = mergeWithGit(files);
    const counts = { clean: 0, sameVerdict: 0, conflictOnlyOurs: 0, conflictOnlyGit: 0, sameBytes: 0 };
    for (const [i, answer] of answers.entries()) {
      const merged = mergeFile({ path: 'x', ...(files[i] as (typeof files)[number]) });
      if (answer.clean) counts.clean++;
      if (merged.clean === answer.clean) counts.sameVerdict++;
      else if (merged.clean) counts.conflictOnlyGit++;
      else counts.conflictOnlyOurs++;
      if (merged.clean && answer.clean && Buffer.compare(merged.content, answer.content) === 0) counts.sameBytes++;
    }
    console.log(JSON.stringify({ ...size, histories: count, ...counts }));
  }
}

function solvedFiles(): void {
  console.log('\nmerges with a known right answer');
  for (const [gap, repeatedShare, count] of [
    [6, 0.7, 20_000],
    [3, 0.5, 20_000],
    [3, 0.7, 20_000],
    [2, 0.7, 20_000],
  ] as const) {
    const counts = { right: 0, conflict: 0, wrong: 0 };
    for (let i = 0; i < count; i++) {
      const one = solvedFile(createRandomSource(seed + i), { lines: 40 + (i % 80), gap, repeatedShare });
      const merged = mergeFile({ path: 'x', ...toBytes(one) });
      if (!merged.clean) counts.conflict++;
      else if (Buffer.from(merged.content).toString('latin1') === one.expected.join('')) counts.right++;
      else counts.wrong++;
    }
    console.log(JSON.stringify({ gap, repeatedShare, merges: count, ...counts }));
  }
}
