/**
 * Finds which members of an ordered group make a test fail, in few tests. Pure but for the test it is given.
 *
 * It assumes that a failing set still fails with more members; then the result is a smallest one: without any of its members
 * the test passes. Whatever the answers are:
 * 1. `found` names only a set on which the test was seen to fail.
 * 2. Nothing is named when the whole group does not fail again, or when the test fails without any member.
 * 3. One member that fails alone is found in at most ⌈log2 n⌉ + 2 tests, two that fail only together in 2⌈log2 n⌉ + 3.
 */
import type { BisectionOutcome, BisectionVerdict } from '../../src/model/bisection.ts';

/** The result of one test; `exhausted` if it was not made because no more tests are allowed. */
export type TestVerdict = BisectionVerdict | 'exhausted';

export interface CulpritSearch {
  /** The number of members; they are named by index. */
  count: number;
  /** Members found before, which are tested first. @default none */
  suspects?: readonly number[];
  /** Tests some of the members, in ascending order. */
  test(members: readonly number[]): Promise<TestVerdict>;
}

export interface FoundCulprits {
  outcome: BisectionOutcome;
  members: number[];
}

export async function findCulprits({ count, suspects = [], test }: CulpritSearch): Promise<FoundCulprits> {
  const all = Array.from({ length: count }, (_, index) => index);
  const verdict = await test(all);
  if (verdict === 'passed') return { outcome: 'unreproducible', members: [] };
  if (verdict !== 'failed') return { outcome: 'undetermined', members: all };
  const isPart = suspects.length > 0 && suspects.length < count;
  if (isPart && (await test(suspects)) === 'failed') return { outcome: 'found', members: [...suspects] };

  // `rest` and `required` fail together. Each round moves the last members that are needed from `rest` to `required`.
  let rest = all;
  let required: number[] = [];
  let isMinimal = true;
  for (;;) {
    const isFirst = required.length === 0;
    const prefix = await shortestFailingPrefix(rest, required, test);
    if (prefix.isExhausted) return { outcome: 'undetermined', members: [...rest.slice(0, prefix.end), ...required] };
    required = [...rest.slice(prefix.start, prefix.end), ...required];
    rest = rest.slice(0, prefix.start);
    isMinimal &&= prefix.end - prefix.start === 1;
    if (rest.length === 0) {
      const found = isFirst ? await againstBase(required, test) : { outcome: 'found' as const, members: required };
      return isMinimal || found.outcome !== 'found' ? found : withoutNeedless(required, test);
    }
    const alone = await test(required);
    if (alone === 'exhausted') return { outcome: 'undetermined', members: [...rest, ...required] };
    if (alone === 'failed')
      return isMinimal ? { outcome: 'found', members: required } : withoutNeedless(required, test);
  }
}

/** Leaves out each member without which the rest still fails: untestable parts kept some together that are not needed. */
async function withoutNeedless(members: number[], test: CulpritSearch['test']): Promise<FoundCulprits> {
  let needed = members;
  for (const member of members) {
    const others = needed.filter(each => each !== member);
    const verdict = others.length === 0 ? 'passed' : await test(others);
    if (verdict === 'exhausted') return { outcome: 'undetermined', members: needed };
    if (verdict === 'failed') needed = others;
  }
  return { outcome: 'found', members: needed };
}

/** The first members fail: they are to blame only if the base does not fail by itself. A passing prefix would have shown that. */
async function againstBase(members: number[], test: CulpritSearch['test']): Promise<FoundCulprits> {
  const base = await test([]);
  if (base === 'failed') return { outcome: 'base', members: [] };
  return { outcome: base === 'exhausted' ? 'undetermined' : 'found', members };
}

interface FailingPrefix {
  /** The longest shorter prefix that passed, or 0. */
  start: number;
  end: number;
  isExhausted: boolean;
}

/**
 * Returns where the shortest prefix of `rest` ends that fails with `required`. Like `git bisect skip`, goes on with the
 * nearest prefix when one is untestable; members that no testable prefix separates are returned together.
 */
async function shortestFailingPrefix(
  rest: readonly number[],
  required: readonly number[],
  test: CulpritSearch['test'],
): Promise<FailingPrefix> {
  const untestable = new Set<number>();
  let start = 0;
  let end = rest.length;
  for (;;) {
    const middle = nearestTestable(start, end, untestable);
    if (middle === null) return { start, end, isExhausted: false };
    const verdict = await test([...rest.slice(0, middle), ...required]);
    if (verdict === 'exhausted') return { start, end, isExhausted: true };
    if (verdict === 'untestable') untestable.add(middle);
    else if (verdict === 'failed') end = middle;
    else start = middle;
  }
}

/** Returns the position between both that is closest to the middle and not known to be untestable. */
function nearestTestable(start: number, end: number, untestable: ReadonlySet<number>): number | null {
  const middle = Math.floor((start + end) / 2);
  for (let distance = 0; distance < end - start; distance += 1) {
    for (const position of [middle - distance, middle + distance]) {
      if (position > start && position < end && !untestable.has(position)) return position;
    }
  }
  return null;
}
