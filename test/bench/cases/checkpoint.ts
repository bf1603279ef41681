/**
 * A checkpoint's files: one of n files is changed in a sandbox, and the sandbox is captured under a ref of ours. Beside it the
 * same with `git add -A && git commit` in the same sandbox, turn about. `bytes` is what one checkpoint adds to the repository;
 * `aged` is the same in a repository with a long history and a thousand checkpoints.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitProject } from '../../../src/git.ts';
import { type BenchCase, type BenchContext, type Measurement, measureMs, median } from '../bench-case.ts';

const sizes = [
  { files: 100, rounds: 21 },
  { files: 5_000, rounds: 15 },
  { files: 50_000, rounds: 9 },
];
const env = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  GIT_AUTHOR_NAME: 'Bench',
  GIT_AUTHOR_EMAIL: 'bench@example.com',
  GIT_COMMITTER_NAME: 'Bench',
  GIT_COMMITTER_EMAIL: 'bench@example.com',
};

function git(cwd: string, words: readonly string[], input = ''): string {
  return execFileSync('git', words, { cwd, env, input, encoding: 'utf8', maxBuffer: 1 << 28 });
}

const pathOf = (at: number) => `d${Math.floor(at / 100)}/f${at % 100}.ts`;
const contentOf = (at: number, text: string) => `// ${at}\n${'export const x = 1;\n'.repeat(100)}// ${text}\n`;

function repository(folder: string, files: number): string {
  for (let at = 0; at < files; at++) {
    if (at % 100 === 0) mkdirSync(join(folder, `d${at / 100}`), { recursive: true });
    writeFileSync(join(folder, pathOf(at)), contentOf(at, 'begin'));
  }
  git(folder, ['init', '-q']);
  git(folder, ['add', '-A']);
  git(folder, ['commit', '-q', '-m', 'Begin']);
  git(folder, ['repack', '-a', '-d', '-q']);
  return folder;
}

/** Commits below HEAD, and refs of checkpoints, as after years of work. */
function backdate(folder: string, past: { commits: number; checkpoints: number }): void {
  const tree = git(folder, ['rev-parse', 'HEAD^{tree}']).trim();
  const commits = Array.from({ length: past.commits }, (_, at) =>
    [`commit refs/heads/past`, `committer B <b@example.com> ${at} +0000`, 'data 1', 'x', `M 040000 ${tree} `, ''].join(
      '\n',
    ),
  );
  git(folder, ['fast-import', '--quiet'], commits.join('\n'));
  git(folder, ['reset', '-q', '--soft', 'refs/heads/past']);
  const refs = git(folder, ['rev-list', '-n', String(past.checkpoints), 'HEAD'])
    .trim()
    .split('\n');
  const updates = refs.map((oid, at) => `update refs/troupe/checkpoints/past/${at} ${oid}\n`);
  git(folder, ['update-ref', '--stdin'], updates.join(''));
}

interface CheckpointFigures {
  ours: number[];
  unchanged: number[];
  plain: number[];
  bytes: number;
}

async function measure(
  context: BenchContext,
  { files, rounds }: { files: number; rounds: number },
  old: boolean,
): Promise<CheckpointFigures> {
  const folder = repository(context.directory(), files);
  if (old) backdate(folder, { commits: context.size(2_000, 20), checkpoints: context.size(1_000, 10) });
  const project = gitProject(folder, { sandboxes: context.directory(), env });
  try {
    const { tree } = await project.head();
    const key = 'bench';
    const { path } = await project.openSandbox({ key, tree });
    const ours: number[] = [];
    const unchanged: number[] = [];
    const plain: number[] = [];
    const refs: string[] = [];
    for (let round = -2; round < rounds; round++) {
      const change = (text: string) =>
        writeFileSync(join(path, pathOf((files >> 1) + round + 2)), contentOf(round, text));
      const take = async (pin: string, times: number[]) => {
        const ms = await measureMs(async () => {
          const { ref } = await project.capture({ key, pin });
          refs.push(String(ref));
        });
        if (round >= 0) times.push(ms);
      };
      change('ours');
      await take(`checkpoints/bench/${round + 2}`, ours);
      await take(`checkpoints/bench/${round + 2}-again`, unchanged);
      change('plain');
      const ms = await measureMs(async () =>
        execFileSync('sh', ['-c', 'git add -A && git commit -q -m x'], { cwd: path, env }),
      );
      if (round >= 0) plain.push(ms);
    }
    const usage = git(folder, ['rev-list', '--objects', '--disk-usage', ...refs, '--not', 'HEAD']);
    return { ours, unchanged, plain, bytes: Number(usage) / (refs.length / 2) };
  } finally {
    await project.close();
  }
}

export const bench: BenchCase = {
  async run(context) {
    const rows: Measurement[] = [];
    const add = async (name: string, size: { files: number; rounds: number }, old: boolean) => {
      if (!context.includes(name)) return;
      const n = context.size(size.rounds, 2);
      const files = context.size(size.files, 60);
      const { ours, unchanged, plain, bytes } = await measure(context, { files, rounds: n }, old);
      rows.push(
        { name: `${name}.ms`, value: median(ours), unit: 'ms', n },
        { name: `${name}.unchanged.ms`, value: median(unchanged), unit: 'ms', n },
        { name: `${name}.plain.ms`, value: median(plain), unit: 'ms', n },
        { name: `${name}.ratio`, value: median(ours) / median(plain), unit: 'of plain git', n },
        { name: `${name}.bytes`, value: bytes, unit: 'bytes', n },
      );
    };
    for (const size of sizes) await add(`checkpoint.${size.files}`, size, false);
    await add('checkpoint.5000.aged', { files: 5_000, rounds: 15 }, true);
    return rows;
  },
};
