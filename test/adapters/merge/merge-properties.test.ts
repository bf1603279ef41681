import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeFile } from '../../../src/merge.ts';
import { testSeed } from '../../seed.ts';
import { mergeWithGit } from './git-merge-file.ts';
import { createRandomSource, randomFile, solvedFile, toBytes } from './histories.ts';

/** Few different lines, so that they repeat; some without a newline, some with CRLF. */
const line = fc.constantFrom('a\n', 'b\n', 'c\n', '}\n', '\n', '\r\n', 'é\n', 'a\r\n');
const file = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.constantFrom('', 'end'))
  .map(([lines, end]) => Buffer.from(lines.join('') + end));
const laws = { numRuns: 2000, seed: testSeed('merge laws') };

const linesOf = (content: Uint8Array) =>
  Buffer.from(content)
    .toString('latin1')
    .split(/(?<=\n)/);
const counts = (content: Uint8Array) => {
  const found = new Map<string, number>();
  for (const each of linesOf(content)) found.set(each, (found.get(each) ?? 0) + 1);
  return found;
};

describe('every merge', () => {
  test('of a side with the base, or with itself, returns that side', () => {
    fc.assert(
      fc.property(file, file, (base, side) => {
        const answers = [
          mergeFile({ path: 'x', base, ours: side, theirs: base }),
          mergeFile({ path: 'x', base, ours: base, theirs: side }),
          mergeFile({ path: 'x', base, ours: side, theirs: side }),
        ];
        for (const { clean, content } of answers) expect([clean, Buffer.compare(content, side)]).toEqual([true, 0]);
      }),
      laws,
    );
  });

  test('has the same outcome and clean result when the sides are swapped', () => {
    fc.assert(
      fc.property(file, file, file, (base, ours, theirs) => {
        const one = mergeFile({ path: 'x', base, ours, theirs });
        const other = mergeFile({ path: 'x', base, ours: theirs, theirs: ours });
        expect(other.clean).toBe(one.clean);
        if (one.clean) expect(Buffer.compare(one.content, other.content)).toBe(0);
        else expect(other.conflicts.map(hunk => hunk.base)).toEqual(one.conflicts.map(hunk => hunk.base));
      }),
      laws,
    );
  });

  test('that is clean has all lines that a side added, and none that both sides deleted', () => {
    fc.assert(
      fc.property(file, file, file, (base, ours, theirs) => {
        const merged = mergeFile({ path: 'x', base, ours, theirs });
        if (!merged.clean) return;
        const [before, left, right, after] = [base, ours, theirs, merged.content].map(counts);
        for (const each of new Set([base, ours, theirs, merged.content].flatMap(linesOf))) {
          const [was, mine, yours, is] = [before, left, right, after].map(found => found?.get(each) ?? 0);
          if (was === undefined || mine === undefined || yours === undefined || is === undefined) continue;
          expect(is).toBeGreaterThanOrEqual(Math.max(mine, yours) - Math.max(0, was - Math.min(mine, yours)));
          expect(is).toBeLessThanOrEqual(mine + yours);
        }
      }),
      laws,
    );
  });

  test('has hunks with the bytes of their lines, in order and without overlap', () => {
    fc.assert(
      fc.property(file, file, file, (base, ours, theirs) => {
        const { conflicts } = mergeFile({ path: 'x', base, ours, theirs });
        const files = { base, ours, theirs };
        for (const side of ['base', 'ours', 'theirs'] as const) {
          let past = 0;
          for (const { [side]: hunk } of conflicts) {
            expect(hunk.start).toBeGreaterThanOrEqual(past);
            past = hunk.start + hunk.length;
            const lines = linesOf(files[side]).slice(hunk.start, past).join('');
            expect(Buffer.from(hunk.content).toString('latin1')).toBe(lines);
          }
        }
      }),
      laws,
    );
  });
});

describe('merges with a known result', () => {
  test.each([
    [6, 0.5, 0],
    [6, 0.7, 0],
    [4, 0.6, 0],
    // So close together that one in 60,000 conflicts.
    [3, 0.5, 2],
  ])('of edits %i lines apart, %d of all lines repeated: 6,000 merges, none wrong, at most %i in conflict', (gap, repeatedShare, doubtsMax) => {
    const doubts: number[] = [];
    const first = laws.seed * 10_000;
    for (let seed = first; seed < first + 6000; seed++) {
      const known = solvedFile(createRandomSource(seed), { lines: 40 + (seed % 80), gap, repeatedShare });
      const merged = mergeFile({ path: 'x', ...toBytes(known) });
      const content = Buffer.from(merged.content).toString('latin1');
      if (merged.clean && content !== known.expected.join('')) expect.fail(`history ${seed}: a clean merge is wrong`);
      if (!merged.clean) doubts.push(seed);
    }
    expect(doubts.length, `conflicts without need in histories ${doubts}`).toBeLessThanOrEqual(doubtsMax);
  });
});

describe('mergeFile and git merge-file', () => {
  test('have the same outcome and bytes for 800 histories, with at most four exceptions', () => {
    const sizes = [
      { lines: 12, edits: 3, repeatedShare: 0.7 },
      { lines: 40, edits: 3, repeatedShare: 0.3 },
      { lines: 150, edits: 5, repeatedShare: 0.5 },
      { lines: 600, edits: 12, repeatedShare: 0.4 },
    ];
    const first = laws.seed * 1000;
    const histories = sizes.flatMap((size, kind) =>
      Array.from({ length: 200 }, (_, i) => toBytes(randomFile(createRandomSource(first + kind * 200 + i), size))),
    );
    const answers = mergeWithGit(histories);
    const differing: number[] = [];
    let clean = 0;
    for (const [number, files] of histories.entries()) {
      const merged = mergeFile({ path: 'x', ...files });
      const git = answers[number];
      if (git === undefined) throw new Error('git gave no answer');
      if (git.clean) clean++;
      const same = merged.clean === git.clean && (!git.clean || Buffer.compare(merged.content, git.content) === 0);
      if (!same) differing.push(first + number);
    }
    expect(clean).toBeGreaterThan(200);
    expect(histories.length - clean).toBeGreaterThan(50);
    expect(differing.length, `histories ${differing}`).toBeLessThanOrEqual(histories.length * 0.005);
  });
});
