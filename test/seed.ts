/**
 * Where random tests begin: at TROUPE_SEED, or at a fixed number so that what breaks a build is a change and not chance.
 * `TROUPE_SEED=random` looks for what nobody has seen yet; every test prints the seed it ran with.
 */
export function seedOf(what: string): number {
  const asked = process.env.TROUPE_SEED ?? '20251';
  const seed = asked === 'random' ? Date.now() % 1_000_000 : Number(asked);
  if (!Number.isSafeInteger(seed)) throw new Error(`TROUPE_SEED is "${asked}"; it is a whole number, or "random"`);
  console.info(`${what}: seed ${seed}`);
  return seed;
}

/** Mulberry32: numbers in [0, 1), the same for the same start. */
export function seeded(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
