/** The search for culprits, against brute force over all subsets, and the number of its tests. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCulprits, type TestVerdict } from '../../../actors/bisection/find-culprits.ts';
import { testSeed } from '../../seed.ts';

/** Counts the different subsets that were tested. */
function counting(verdict: (members: readonly number[]) => TestVerdict) {
  const tested = new Map<string, TestVerdict>();
  return {
    tested,
    async test(members: readonly number[]) {
      const found = verdict(members);
      tested.set(members.join(), found);
      return found;
    },
  };
}

const includes = (members: readonly number[], set: readonly number[]) => set.every(member => members.includes(member));

/** Fails when it contains one of the sets. */
const failingWith = (sets: readonly (readonly number[])[]) =>
  counting(members => (sets.some(set => includes(members, set)) ? 'failed' : 'passed'));

function subsets(count: number): number[][] {
  return Array.from({ length: 2 ** count }, (_, bits) =>
    Array.from({ length: count }, (_, at) => at).filter(at => bits & (1 << at)),
  );
}

const bits = (count: number) => Math.ceil(Math.log2(count));
const sizes = Array.from({ length: 59 }, (_, at) => at + 2);

describe('The search for culprits', () => {
  test('finds each single one of 2 to 60 in at most ⌈log2 n⌉ + 2 tests [R241]', async () => {
    const most: Record<number, number> = {};
    for (const count of sizes) {
      for (let culprit = 0; culprit < count; culprit += 1) {
        const { test, tested } = failingWith([[culprit]]);
        expect(await findCulprits({ count, test })).toEqual({ outcome: 'found', members: [culprit] });
        expect(tested.size).toBeLessThanOrEqual(bits(count) + 2);
        most[count] = Math.max(most[count] ?? 0, tested.size);
      }
    }
    expect([most[2], most[3], most[4], most[8], most[16], most[33], most[60]]).toEqual([3, 4, 4, 5, 6, 8, 8]);
  });

  test('finds each pair that fails only together in at most 2⌈log2 n⌉ + 3 tests [R241]', async () => {
    for (const count of [2, 3, 4, 5, 7, 8, 9, 16, 17, 60]) {
      const wrong: unknown[] = [];
      for (let first = 0; first < count; first += 1) {
        for (let second = first + 1; second < count; second += 1) {
          const { test, tested } = failingWith([[first, second]]);
          const found = await findCulprits({ count, test });
          const isRight = found.outcome === 'found' && found.members.join() === `${first},${second}`;
          if (!isRight || tested.size > 2 * bits(count) + 3) wrong.push({ first, second, found, tests: tested.size });
        }
      }
      expect(wrong, `of ${count}`).toEqual([]);
    }
  });

  test('names no member when the base fails, or when the group passes again', async () => {
    for (const count of [1, ...sizes]) {
      const base = failingWith([[]]);
      expect(await findCulprits({ count, test: base.test })).toEqual({ outcome: 'base', members: [] });
      expect(base.tested.size).toBeLessThanOrEqual(bits(count) + 2);
      const flaky = failingWith([]);
      expect(await findCulprits({ count, test: flaky.test })).toEqual({ outcome: 'unreproducible', members: [] });
      expect(flaky.tested.size).toBe(1);
    }
  });

  test('finds a smallest failing set, as brute force does', async () => {
    const count = 7;
    const all = subsets(count);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...all.slice(1)), { minLength: 1, maxLength: 4 }), async sets => {
        const fails = (members: readonly number[]) => sets.some(set => includes(members, set));
        const minimal = all.filter(
          members => fails(members) && members.every(out => !fails(members.filter(member => member !== out))),
        );
        const { outcome, members } = await findCulprits({ count, test: failingWith(sets).test });
        expect(outcome).toBe('found');
        expect(minimal).toContainEqual(members);
      }),
      { numRuns: 1000, seed: testSeed('culprits') },
    );
  });

  test('names only what was seen to fail, whatever is untestable and whatever the answers are', async () => {
    const verdicts = fc.func(fc.constantFrom<TestVerdict>('passed', 'failed', 'untestable'));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), verdicts, async (count, verdict) => {
        const { test, tested } = counting(members => verdict(members.join()));
        const { outcome, members } = await findCulprits({ count, test });
        const all = Array.from({ length: count }, (_, at) => at).join();
        if (outcome === 'found') expect(tested.get(members.join())).toBe('failed');
        if (outcome === 'unreproducible') expect(tested.get(all)).toBe('passed');
        if (outcome === 'base') expect(tested.get('')).toBe('failed');
        if (outcome === 'undetermined') expect(tested.get(all)).toBe('untestable');
      }),
      { numRuns: 1000, seed: testSeed('culprits') },
    );
  });

  test('goes on when a part is untestable: the culprit is found if the parts around it can be tested', async () => {
    const count = 12;
    await fc.assert(
      fc.asyncProperty(fc.nat(count - 1), fc.uniqueArray(fc.nat(count - 1)), async (culprit, lengths) => {
        const isUntestable = (members: readonly number[]) =>
          members.length < count &&
          lengths.includes(members.length) &&
          members.length !== culprit &&
          members.length !== culprit + 1 &&
          members.length !== 1;
        const { test } = counting(members =>
          isUntestable(members) ? 'untestable' : members.includes(culprit) ? 'failed' : 'passed',
        );
        expect(await findCulprits({ count, test })).toEqual({ outcome: 'found', members: [culprit] });
      }),
      { seed: testSeed('culprits') },
    );
  });

  test('names together what no testable part separates, without others that only came along', async () => {
    for (let first = 0; first < 5; first += 1) {
      const { test } = counting(members => {
        if (members.includes(first + 1) && !members.includes(first)) return 'untestable';
        return members.includes(first + 1) ? 'failed' : 'passed';
      });
      const members = [first, first + 1];
      expect(await findCulprits({ count: 6, test })).toEqual({ outcome: 'found', members });
    }
  });

  test('tests the suspects first, and goes on when they are not to blame any more', async () => {
    const same = failingWith([[5]]);
    expect(await findCulprits({ count: 60, suspects: [5], test: same.test })).toEqual({
      outcome: 'found',
      members: [5],
    });
    expect(same.tested.size).toBe(2);
    const other = failingWith([[40]]);
    expect((await findCulprits({ count: 60, suspects: [5], test: other.test })).members).toEqual([40]);
  });

  test('ends with the fewest that are known to fail when no more tests are allowed', async () => {
    const ends: unknown[] = [];
    for (const limit of [0, 1, 2, 3, 4, 5]) {
      let left = limit;
      const { outcome, members } = await findCulprits({
        count: 8,
        test: async tested => (left-- <= 0 ? 'exhausted' : tested.includes(5) ? 'failed' : 'passed'),
      });
      ends.push([outcome, members.length]);
    }
    const undetermined = [8, 8, 8, 6, 6].map(length => ['undetermined', length]);
    expect(ends).toEqual([...undetermined, ['found', 1]]);
  });
});
