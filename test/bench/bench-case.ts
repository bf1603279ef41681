/** What a measurement gets and gives. */

export interface Measurement {
  name: string;
  value: number;
  unit: string;
  /** How many steps, actors or puts the value was taken over. */
  n: number;
}

export interface BenchContext {
  /** A directory that does not exist yet, removed at the end. */
  directory(): string;
  /** Whether a row of this name is wanted. */
  includes(...names: string[]): boolean;
  /** How many of something a case uses: `full` to measure, `tiny` with `--smoke`. Row names always carry the full count. */
  size(full: number, tiny: number): number;
}

export interface BenchCase {
  /** A program that not every machine has; without it the case is left out, and the run says so. */
  needs?: string;
  run(context: BenchContext): Promise<Measurement[]>;
}

export const durabilities = ['process', 'power'] as const;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export async function measureMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds of processor time of this process, all threads together. */
export async function measureCpuMs(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
