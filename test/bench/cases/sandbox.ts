/**
 * What a subplan's sandbox costs in a project of n files: as a tree, in a folder made for it, in a folder that another
 * had before. `ms` is opening it; `work.ms` is all of opening, writing one file, capturing it under a ref and putting
 * the sandbox away; `bytes` is what it adds on disk while it is open, the captured work included (a folder that is used
 * again lay there before).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitProject } from '../../../src/git.ts';
import type { Project } from '../../../src/ports/project.ts';
import type { SandboxKind } from '../../../src/ports/project-sandboxes.ts';
import { type BenchCase, type BenchContext, type Measurement, measureMs, median } from '../bench-case.ts';

const sizes = [
  { files: 100, rounds: 21 },
  { files: 5_000, rounds: 9 },
  { files: 50_000, rounds: 3 },
];
const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
const author = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];

const pathOf = (at: number) => `d${Math.floor(at / 100)}/f${at % 100}.ts`;

function repository(folder: string, files: number): string {
  for (let at = 0; at < files; at++) {
    if (at % 100 === 0) mkdirSync(join(folder, `d${at / 100}`), { recursive: true });
    writeFileSync(join(folder, pathOf(at)), `// ${at}\n${'export const x = 1;\n'.repeat(100)}`);
  }
  const git = (...words: string[]) => execFileSync('git', [...author, ...words], { cwd: folder, env });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'Begin');
  git('repack', '-a', '-d', '-q');
  return folder;
}

function bytesBelow(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return entries.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).blocks * 512, 0);
}

interface SandboxFigures {
  opening: number[];
  working: number[];
  bytes: number;
}

/** Sandboxes one after the other; unless `reuse`, none is put away before the last is open, so that each folder is new. */
async function measure(
  project: Project,
  {
    name,
    kind,
    reuse,
    rounds,
    folders,
  }: { name: string; kind: SandboxKind; reuse: boolean; rounds: number; folders: string[] },
): Promise<SandboxFigures> {
  const { tree } = await project.head();
  const figures: SandboxFigures = { opening: [], working: [], bytes: 0 };
  const weigh = () => folders.reduce((sum, folder) => sum + bytesBelow(folder), 0);
  const left: string[] = [];
  for (let round = -2; round < rounds; round++) {
    const key = `${name}-${round}`;
    const putAway = (one: string) => project.removeSandbox({ key: one, pin: `bench/${one}` });
    const before = round === 0 ? weigh() : 0;
    const opening = await measureMs(() => project.openSandbox({ key, tree, kind }));
    const using = await measureMs(async () => {
      const place = await project.filesOf(key).at(pathOf(round + 10));
      await place.write(Buffer.from(`// by ${key}\n`));
      await project.capture({ key, pin: `bench/${key}` });
    });
    if (round === 0) figures.bytes = weigh() - before;
    const leaving = reuse ? await measureMs(() => putAway(key)) : 0;
    if (!reuse) left.push(key);
    if (round < 0) continue;
    figures.opening.push(opening);
    figures.working.push(opening + using + leaving);
  }
  for (const key of left) await project.removeSandbox({ key, pin: `bench/${key}` });
  return figures;
}

async function measureAt(context: BenchContext, size: { files: number; rounds: number }): Promise<Measurement[]> {
  const kinds = [
    { name: `sandbox.tree.${size.files}`, kind: 'tree', reuse: true },
    { name: `sandbox.reused.${size.files}`, kind: 'folder', reuse: true },
    { name: `sandbox.worktree.${size.files}`, kind: 'folder', reuse: false },
  ] as const;
  const wanted = kinds.filter(({ name }) => context.includes(name));
  if (wanted.length === 0) return [];
  const rounds = context.size(size.rounds, 1);
  const root = repository(context.directory(), context.size(size.files, 30));
  const sandboxes = context.directory();
  mkdirSync(sandboxes);
  const rows: Measurement[] = [];
  for (const one of wanted) {
    const project = gitProject(root, { sandboxes, env });
    try {
      const folders = [sandboxes, join(root, '.git')];
      const { opening, working, bytes } = await measure(project, { ...one, rounds, folders });
      const n = rounds;
      rows.push(
        { name: `${one.name}.ms`, value: median(opening), unit: 'ms', n },
        { name: `${one.name}.work.ms`, value: median(working), unit: 'ms', n },
        { name: `${one.name}.bytes`, value: bytes, unit: 'bytes', n: 1 },
      );
    } finally {
      await project.close();
    }
  }
  return rows;
}

export const bench: BenchCase = {
  async run(context) {
    const rows: Measurement[] = [];
    for (const size of sizes) rows.push(...(await measureAt(context, size)));
    return rows;
  },
};
