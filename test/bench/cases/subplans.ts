/**
 * What a subplan costs that writes one file, among 50, 200 and 1,000 siblings of which 16 are at work at once: time of
 * processors, ours and git's, and bytes written to the store; the same of some that start a program in a repository of 5,000
 * and of 27,000 files. Beside it what a plain `git merge` of such a branch takes.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { processorMs } from '../../processor-time.ts';
import { runScale } from '../../scale/scale.ts';
import type { BenchCase, BenchContext, Measurement } from '../bench-case.ts';

const files = 20;
const counts = [50, 200, 1_000];

/** Subplans that start a program, by row: the files of the repository, and how many subplans there are. */
const large = {
  'subplan.5000': { files: 5_000, count: 200 },
  'subplan.5000.50': { files: 5_000, count: 50 },
  'subplan.5000.1000': { files: 5_000, count: 1_000 },
  'subplan.27000': { files: 27_000, count: 60 },
};

async function subplans(context: BenchContext, named: number): Promise<Measurement[]> {
  const count = context.size(named, 4);
  const directory = context.directory();
  mkdirSync(directory, { recursive: true });
  const shape = { name: `${count} subplans`, files, widths: [count], maxParallel: 16, sampled: false };
  const { processorSeconds: seconds, writtenMiB, violations } = await runScale(shape, directory);
  if (violations.length > 0) throw new Error(violations.join('\n'));
  const name = `subplans.${named}`;
  return [
    { name, value: (seconds * 1000) / count, unit: 'ms', n: count },
    { name: `${name}.bytes`, value: (writtenMiB * 2 ** 20) / count, unit: 'bytes', n: count },
  ];
}

async function inLargeRepository(context: BenchContext, name: keyof typeof large): Promise<Measurement> {
  const count = context.size(large[name].count, 4);
  const directory = context.directory();
  mkdirSync(directory, { recursive: true });
  const files = context.size(large[name].files, 100);
  const shape = { name, files, widths: [count], maxParallel: 16, runsEvery: 1, sampled: false };
  const { processorSeconds: seconds, violations } = await runScale(shape, directory);
  if (violations.length > 0) throw new Error(violations.join('\n'));
  return { name, value: (seconds * 1000) / count, unit: 'ms', n: count };
}

/** Branches with one file each, merged into main one after the other. */
function plainMerges(folder: string, merges: number): Measurement {
  mkdirSync(folder, { recursive: true });
  const author = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];
  const git = (words: string[], input = '') => execFileSync('git', [...author, ...words], { cwd: folder, input });
  git(['init', '--quiet', '--initial-branch=main']);
  const commit = (ref: string, path: string, from: string) =>
    `commit ${ref}\ncommitter Bench <bench@example.com> 0 +0000\ndata 1\nx\n${from}M 100644 inline ${path}\ndata 1\nx\n\n`;
  const base = Array.from({ length: files }, (_, at) => commit('refs/heads/main', `file${at}`, ''));
  const branches = Array.from({ length: merges }, (_, at) =>
    commit(`refs/heads/part${at}`, `parts/${at}`, 'from refs/heads/main\n'),
  );
  git(['fast-import', '--quiet'], [...base, ...branches].join(''));
  git(['reset', '--quiet', '--hard']);
  const before = processorMs();
  for (let at = 0; at < merges; at++) git(['merge', '--quiet', '--no-edit', '--no-ff', `part${at}`]);
  return { name: 'subplans.merge', value: (processorMs() - before) / merges, unit: 'ms', n: merges };
}

export const bench: BenchCase = {
  async run(context) {
    const rows: Measurement[] = [];
    const wanted = counts.filter(count => context.includes(`subplans.${count}`, `subplans.${count}.bytes`));
    if (wanted.length > 0) await subplans(context, 20);
    for (const count of wanted) rows.push(...(await subplans(context, count)));
    for (const name of Object.keys(large) as (keyof typeof large)[])
      if (context.includes(name)) rows.push(await inLargeRepository(context, name));
    if (context.includes('subplans.merge'))
      rows.push(plainMerges(join(context.directory(), 'merges'), context.size(50, 2)));
    return rows;
  },
};
