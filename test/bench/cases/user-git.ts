/**
 * Your own git where one plan was applied, and where 1,000 more were: processor time of commands that read refs, in a repository of
 * 10,000 commits. Turn by turn, so that other programs slow both.
 */
import { spawnSync } from 'node:child_process';
import { processorMs, tickMs } from '../../processor-time.ts';
import type { BenchCase, BenchContext, Measurement } from '../bench-case.ts';
import { git, idleEnvironment } from '../idle-plans.ts';
import { makeOldPlans } from '../old-plans.ts';

/** How often a command is called in one turn: processor time is counted in ticks of 10 ms. */
const commands: Record<string, { words: string; calls: number }> = {
  branch: { words: 'branch -a', calls: 100 },
  log: { words: 'log --all --oneline', calls: 5 },
  fetch: { words: 'fetch --quiet origin', calls: 30 },
};

export const bench: BenchCase = {
  needs: 'git',
  async run(context) {
    const wanted = Object.keys(commands).filter(name => context.includes(`git.${name}.0`, `git.${name}.1000`));
    return wanted.length === 0 ? [] : measure(context, wanted);
  },
};

async function measure(context: BenchContext, wanted: readonly string[]): Promise<Measurement[]> {
  const { empty, old } = await makeOldPlans(context.directory(), context.size(1_000, 5), {
    commits: context.size(10_000, 10),
  });
  const remote = context.directory();
  git(empty, ['clone', '--quiet', '--bare', empty, remote]);
  for (const folder of [empty, old]) git(folder, ['remote', 'add', 'origin', remote]);
  const rounds = context.size(7, 1);
  const rows: Measurement[] = [];
  for (const name of wanted) {
    const { words, calls } = commands[name] ?? { words: '', calls: 0 };
    const places = { 0: empty, 1000: old };
    const sums = { 0: 0, 1000: 0 };
    for (let round = -1; round < rounds; round++) {
      for (const suffix of [0, 1000] as const) {
        const before = processorMs();
        repeat(places[suffix], words, context.size(calls, 1));
        if (round >= 0) sums[suffix] += processorMs() - before;
      }
    }
    const n = rounds * context.size(calls, 1);
    // A tiny run may use less than a tick, which counts as nothing.
    for (const suffix of [0, 1000] as const)
      rows.push({ name: `git.${name}.${suffix}`, value: Math.max(sums[suffix], tickMs) / n, unit: 'ms CPU', n });
  }
  return rows;
}

/** One shell for all calls: starting a program from this process would take longer than the command. */
function repeat(cwd: string, words: string, calls: number): void {
  const script = `for at in ${Array.from({ length: calls }, (_, at) => at).join(' ')}; do git ${words} >/dev/null || exit 1; done`;
  const { status } = spawnSync('sh', ['-c', script], { cwd, env: idleEnvironment });
  if (status !== 0) throw new Error(`git ${words} failed`);
}
