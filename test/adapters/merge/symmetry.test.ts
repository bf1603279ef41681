import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { mergeFile } from '../../../src/merge.ts';
import { testSeed } from '../../seed.ts';

const laws = { numRuns: 400, seed: testSeed('swapping ours and theirs') };

/** Whether the merge is clean, and the sides of each conflict under their names before the swap. */
function verdict(path: string, sides: readonly [string, string, string], swapped: boolean) {
  const [base, first, second] = sides.map(side => Buffer.from(side)) as [Buffer, Buffer, Buffer];
  const [ours, theirs] = swapped ? [second, first] : [first, second];
  const { clean, conflicts } = mergeFile({ path, base, ours, theirs });
  const places = conflicts.map(hunk => {
    const [left, right] = swapped ? [hunk.theirs, hunk.ours] : [hunk.ours, hunk.theirs];
    return [hunk.kind, hunk.base, left, right].map(side =>
      typeof side === 'string' ? side : [side.start, side.length],
    );
  });
  return { clean, places };
}

type Json = number | string | Json[] | { [key: string]: Json };

const key = fc.constantFrom('a', 'b', 'c', 'exports', 'version', 'integrity', 'resolved', 'x y');
const leaf = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'y z', '*'));
const { value } = fc.letrec<{ value: Json; map: Json }>(tie => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(leaf, { maxLength: 5 }), tie('map')),
  map: fc.dictionary(key, tie('value'), { maxKeys: 6, noNullPrototype: true }),
}));
const map = fc.dictionary(key, value as fc.Arbitrary<Json>, { minKeys: 1, maxKeys: 7, noNullPrototype: true });
const edits = fc.array(
  fc.tuple(fc.array(key, { minLength: 1, maxLength: 3 }), fc.option(value as fc.Arbitrary<Json>)),
  {
    minLength: 1,
    maxLength: 5,
  },
);
const versions = fc
  .tuple(map, edits, edits)
  .map(([base, ours, theirs]) => [base, edited(base, ours), edited(base, theirs)]);

function edited(base: Json, all: readonly (readonly [string[], Json | null])[]): Json {
  const copy = structuredClone(base);
  for (const [path, put] of all) edit(copy, path, put);
  return copy;
}

function edit(at: Json, [first = '', ...rest]: readonly string[], put: Json | null): void {
  if (typeof at !== 'object' || Array.isArray(at)) return;
  const inside = at[first];
  if (rest.length > 0 && typeof inside === 'object' && !Array.isArray(inside)) edit(inside, rest, put);
  else if (put === null) delete at[first];
  else at[first] = structuredClone(put);
}

function sameBothWays(path: string, sides: readonly [string, string, string]): void {
  expect({ sides, ...verdict(path, sides, true) }).toEqual({ sides, ...verdict(path, sides, false) });
}

test.each([
  ['package.json', (each: Json) => `${JSON.stringify(each, null, 2)}\n`],
  ['settings.json', (each: Json) => `${JSON.stringify(each, null, 2)}\n`],
  ['package-lock.json', (each: Json) => `${JSON.stringify(each, null, 2)}\n`],
  ['a.yaml', (each: Json) => stringify(each)],
] as const)('[R172] swapping ours and theirs changes no verdict: %s', (path, write) => {
  fc.assert(
    fc.property(versions, sides => sameBothWays(path, sides.map(write) as [string, string, string])),
    laws,
  );
});

test('[R172] swapping ours and theirs does not change the outcome: lines', () => {
  const lines = fc
    .array(fc.constantFrom('a\n', 'b\n', 'c\n', '{\n', '}\n', '\n'), { maxLength: 14 })
    .map(all => all.join(''));
  fc.assert(
    fc.property(lines, lines, lines, (...sides) => {
      // Two additions are split at equal lines, which may be aligned in two ways, as in git.
      const kinds = (swapped: boolean) => verdict('a.txt', sides, swapped).places.map(([kind]) => kind);
      expect({ sides, conflicts: kinds(true).at(0) }).toEqual({ sides, conflicts: kinds(false).at(0) });
    }),
    { ...laws, numRuns: 3000 },
  );
});
