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
}

export interface Bench {
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
