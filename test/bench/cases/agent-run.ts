/**
 * What Troupe adds to the time of an agent: a goal for a program that writes one file, on a git repository of one file, from
 * creating the plan to the result for review. Turn by turn with the program alone, so that other programs slow both.
 */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Troupe } from '../../../src/index.ts';
import { type BenchCase, measureMs, median } from '../bench-case.ts';
import { idleEnvironment, makeIdleRepository, openIdle } from '../idle-plans.ts';

/** The time of a very fast agent: it is the same in both measurements. */
const argv = ['sh', '-c', 'cat > /dev/null; sleep 0.2; echo made > made.txt; echo Done.'] as const;

async function runAlone(cwd: string): Promise<void> {
  const [program, ...words] = argv;
  const ran = promisify(execFile)(program, words, { cwd, env: idleEnvironment });
  ran.child.stdin?.end('The prompt');
  await ran;
}

async function runInPlan(troupe: Troupe): Promise<void> {
  const plan = await troupe.use({ action: 'local/work', execute: 'always' });
  const { phase, state, changeSet, error } = await plan.waitUntilIdle();
  const isDone = phase === 'execute' && state === 'complete' && changeSet?.files.length === 1;
  if (!isDone) throw new Error(`The plan ended in ${phase}.${state}: ${error?.message}`);
}

export const bench: BenchCase = {
  needs: 'git',
  async run(context) {
    if (!context.includes('agent.overhead', 'agent.alone')) return [];
    const rounds = context.size(25, 1);
    const folder = context.directory();
    mkdirSync(folder, { recursive: true });
    const troupe = await openIdle(makeIdleRepository(context.directory()));
    const [alone, overhead]: [number[], number[]] = [[], []];
    try {
      await troupe.actions.create({
        ...{ name: 'work', description: 'Write made.txt', executionActor: { kind: 'command', argv: [...argv] } },
      });
      for (let round = context.size(-3, 0); round < rounds; round++) {
        const own = await measureMs(() => runAlone(folder));
        const whole = await measureMs(() => runInPlan(troupe));
        if (round < 0) continue;
        alone.push(own);
        overhead.push(whole - own);
      }
    } finally {
      await troupe.close();
    }
    return [
      { name: 'agent.alone', value: median(alone), unit: 'ms', n: rounds },
      { name: 'agent.overhead', value: median(overhead), unit: 'ms', n: rounds },
    ];
  },
};
