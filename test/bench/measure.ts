import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** One figure. `n` is how many things it was measured on. */
export interface Figure {
  name: string;
  value: number;
  unit: 'steps/s' | 'puts/s' | 'bytes' | 'ms' | 'kB';
  n: number;
}

/** One case: everything it measures, each in a folder of its own. */
export type Case = (folder: () => string) => Promise<Figure[]>;

/** Gives folders on the disk the store would be on, and removes them. */
export function folders(): { next(): string; remove(): void } {
  const home = mkdtempSync(join(process.env.TROUPE_BENCH ?? tmpdir(), 'troupe-bench-'));
  let count = 0;
  return { next: () => join(home, String(count++)), remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** Milliseconds of one run. */
export async function timed(run: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

/** The middle one of several runs: the disk of a shared machine stalls now and then. */
export async function median(runs: number, run: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let at = 0; at < runs; at += 1) values.push(await run());
  return values.sort((left, right) => left - right)[Math.floor(runs / 2)] ?? Number.NaN;
}

/** Steps per second. */
export function rate(steps: number, ms: number): number {
  return Math.round((steps / ms) * 1000);
}
