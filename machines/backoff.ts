import { fnv1a } from '../src/model/hash.ts';

const longestMs = 3_600_000;

/**
 * How long to wait before try number `tries + 1`: doubles with each try, spread by up to a quarter either way so that
 * many that failed together do not come back together. The spread follows from `seed`: the same question has one answer.
 */
export function backoffMs({ baseMs, tries, seed }: { baseMs: number; tries: number; seed: string }): number {
  const doubled = Math.min(longestMs, baseMs * 2 ** Math.max(0, tries - 1));
  return Math.round(doubled * (0.75 + 0.5 * (fnv1a(`${seed}#${tries}`) / 2 ** 32)));
}
