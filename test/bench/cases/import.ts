/**
 * What importing an entry point costs: processor time of a Node of its own, without its start. Beside them xstate, which a
 * program with machines imports anyway. The least of several is taken, because other programs only add to it. Needs `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BenchCase } from '../bench-case.ts';

const measured =
  'const before = process.cpuUsage(); await import(process.argv[1]); ' +
  'const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000)';

const entries = {
  'import.troupe': 'dist/src/index.js',
  'import.durable': 'dist/src/durable.js',
  'import.xstate': 'node_modules/xstate/dist/xstate.esm.js',
};

export const bench: BenchCase = {
  async run(context) {
    if (!context.includes(...Object.keys(entries))) return [];
    const rounds = context.size(9, 1);
    const least = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      for (const [name, path] of Object.entries(entries)) {
        least.set(name, Math.min(importMs(path), least.get(name) ?? Number.POSITIVE_INFINITY));
      }
    }
    return [...least].map(([name, value]) => ({ name, value, unit: 'ms CPU', n: rounds }));
  },
};

function importMs(path: string): number {
  const file = join(process.cwd(), path);
  if (!existsSync(file)) throw new Error(`${file} is missing: npm run build`);
  const args = ['--input-type=module', '-e', measured, pathToFileURL(file).href];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}
