import { fnv1a } from '../src/model/hash.ts';

const longestMs = 3_600_000;

/**
 * Returns the delay before attempt `tries + 1`, in milliseconds. It doubles with each attempt and varies by up to a
 * quarter, so that plans that failed together do not retry together. The variation depends only on `seed`: the same
 * input gives the same delay.
 */
export function backoffMs({ baseMs, tries, seed }: { baseMs: number; tries: number; seed: string }): number {
  const doubled = Math.min(longestMs, baseMs * 2 ** Math.max(0, tries - 1));
  return Math.round(doubled * (0.75 + 0.5 * (fnv1a(`${seed}#${tries}`) / 2 ** 32)));
}
