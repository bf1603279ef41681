/**
 * The built command in a repository where one plan was applied, and where 1,000 more were: whole processes, turn by turn, so
 * that other programs slow both. Beside them `node -e 0`. The least time of each is taken, because other programs only add to it.
 * Needs `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchCase, BenchContext, Measurement } from '../bench-case.ts';
import { idleEnvironment } from '../idle-plans.ts';
import { makeOldPlans } from '../old-plans.ts';

const program = join(process.cwd(), 'dist/cli/troupe.js');
const action = `name: local/hello
description: Say hello in a file
executionActor:
  kind: steps
  steps:
    - write: { path: hello.txt, content: "Hello\\n" }
`;

/** Stands for the last letters of a plan's id. */
const shortId = 'ID';

const commands: Record<string, readonly string[]> = {
  run: ['run', '-f', '../hello.yaml'],
  list: ['plan', 'list'],
  status: ['plan', 'status', shortId],
  gc: ['gc'],
  doctor: ['doctor'],
};

export const bench: BenchCase = {
  needs: 'git',
  async run(context) {
    const wanted = Object.keys(commands).filter(name => context.includes(`${name}.0`, `${name}.1000`, 'node.start'));
    return wanted.length === 0 ? [] : measure(context, wanted);
  },
};

async function measure(context: BenchContext, wanted: readonly string[]): Promise<Measurement[]> {
  if (!existsSync(program)) throw new Error(`${program} is missing: npm run build`);
  const rounds = context.size(7, 1);
  const directory = context.directory();
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'hello.yaml'), action);
  const { empty, old, planId } = await makeOldPlans(join(directory, 'project'), context.size(1_000, 5));
  const places = [
    { folder: empty, suffix: '0' },
    { folder: old, suffix: '1000' },
  ];
  const rows: Measurement[] = [];
  let nodeStart = Number.POSITIVE_INFINITY;
  for (const name of wanted) {
    const words = (commands[name] ?? []).map(word => (word === shortId ? planId.slice(-8) : word));
    const least = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      nodeStart = Math.min(nodeStart, timeNode(['-e', '0'], directory, directory));
      for (const { folder, suffix } of places) {
        const ms = timeNode([program, ...words], folder, directory);
        least.set(suffix, Math.min(ms, least.get(suffix) ?? Number.POSITIVE_INFINITY));
      }
    }
    for (const [suffix, value] of least) rows.push({ name: `${name}.${suffix}`, value, unit: 'ms', n: rounds });
  }
  rows.push({ name: 'node.start', value: nodeStart, unit: 'ms', n: rounds * wanted.length });
  return rows;
}

/** `doctor` exits with an error where it finds something to say of the machine, an agent that is missing for example. */
function timeNode(words: readonly string[], cwd: string, home: string): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd,
    env: { ...idleEnvironment, HOME: home },
    encoding: 'utf8',
  });
  const ms = performance.now() - began;
  if (status !== 0 && !words.includes('doctor')) throw new Error(`node ${words.join(' ')} failed:\n${stderr}`);
  return ms;
}
