/** What a measurement gets and gives. */

export interface Row {
  name: string;
  value: number;
  unit: string;
  /** How many steps, actors or puts the value was taken over. */
  n: number;
}

export interface World {
  /** A directory that does not exist yet, removed at the end. */
  directory(): string;
  /** Whether a row of this name is wanted. */
  wants(...names: string[]): boolean;
  /** How many of something a case uses: `full` to measure, `tiny` with `--smoke`. Row names always carry the full count. */
  size(full: number, tiny: number): number;
}

export interface Bench {
  /** A program that not every machine has; without it the case is left out, and the run says so. */
  needs?: string;
  run(world: World): Promise<Row[]>;
}

export const durabilities = ['process', 'power'] as const;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
