/**
 * Where random tests begin: at TROUPE_SEED, or at a fixed number so that what breaks a build is a change and not chance.
 * `TROUPE_SEED=random` looks for new failures; every test prints the seed it ran with.
 */
export function testSeed(testName: string): number {
  const setting = process.env.TROUPE_SEED ?? '20251';
  const seed = setting === 'random' ? Date.now() % 1_000_000 : Number(setting);
  if (!Number.isSafeInteger(seed)) throw new Error(`TROUPE_SEED is "${setting}"; it is a whole number, or "random"`);
  console.info(`${testName}: seed ${seed}`);
  return seed;
}

/** Mulberry32: numbers in [0, 1), the same for the same start. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
